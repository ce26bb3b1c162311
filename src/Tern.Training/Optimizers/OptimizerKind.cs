using System.Text.Json.Serialization;

namespace Tern.Training.Optimizers;

/// <summary>Rule that parameters are moved by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015, algorithm 1).</summary>
    [JsonStringEnumMemberName("adam")]
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Adam in the infinity norm (Kingma and Ba 2015, algorithm 2).</summary>
    [JsonStringEnumMemberName("adamax")]
    Adamax,

    /// <summary>Gradient descent with momentum, as in torch.optim.SGD.</summary>
    [JsonStringEnumMemberName("sgd")]
    Sgd,
}
