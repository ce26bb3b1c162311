using System.Text.Json.Serialization;

namespace Tern.Training.Data;

/// <summary>What a step of sound is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SoundFeatures>))]
public enum SoundFeatures
{
    /// <summary>As many samples as <see cref="SeriesConfig.Frame"/> says.</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,

    /// <summary>Log-mel energies of a frame, as <see cref="SeriesConfig.Mel"/> says (<see cref="Features.LogMel"/>).</summary>
    [JsonStringEnumMemberName("logmel")]
    LogMel,
}
