using System.Text.Json.Serialization;

namespace Tern.Training.Optimizers.Schedules;

/// <summary>How the learning rate changes in the course of a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleKind>))]
public enum ScheduleKind
{
    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>Times a factor every so many epochs.</summary>
    [JsonStringEnumMemberName("step")]
    Step,

    /// <summary>Times a factor with each epoch, after the first so many.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential,

    /// <summary>Times a factor where the validation metric has not risen for so many epochs.</summary>
    [JsonStringEnumMemberName("plateau")]
    Plateau,

    /// <summary>Half a cosine from the learning rate to its minimum (Loshchilov and Hutter 2017, equation 5, without restarts).</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>Rises with the step, then falls with its root (Vaswani et al. 2017, equation 3).</summary>
    [JsonStringEnumMemberName("noam")]
    Noam,
}
