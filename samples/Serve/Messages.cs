using System.Text.Json.Serialization;
using Tern.Model;

namespace Tern.Samples;

/// <summary>The body of POST /classify: one text, or several.</summary>
sealed record Question(string? Text = null, IReadOnlyList<string>? Texts = null);

/// <summary>What the model says of one text.</summary>
sealed record TextAnswer(string Label, float Probability, IReadOnlyDictionary<string, float> Probabilities)
{
    public static TextAnswer Of(Prediction prediction) =>
        new(prediction.Label, prediction.Probability, prediction.Top(prediction.Labels.Count).ToDictionary(top => top.Label, top => top.Probability));
}

/// <summary>The answer of GET /model.</summary>
sealed record ModelAnswer(string Task, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, double> Metrics, long Parameters, long Bytes, string? TrainedBy)
{
    public static ModelAnswer Of(Network network) =>
        new(network.Spec.Task, network.Spec.Labels!, network.Spec.Metrics, network.Parameters, network.Bytes, network.Spec.Training?.Tern);
}

/// <summary>The answer of GET /health.</summary>
sealed record Health(string Status);

/// <summary>Generated, so that the program compiles ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(TextAnswer))]
[JsonSerializable(typeof(TextAnswer[]))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(Health))]
sealed partial class Messages : JsonSerializerContext;
