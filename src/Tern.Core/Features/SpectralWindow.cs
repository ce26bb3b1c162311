using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>What a frame of sound is multiplied by before its spectrum is taken; periodic, n of N samples.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpectralWindow>))]
public enum SpectralWindow
{
    /// <summary>0.5 - 0.5 cos(2 pi n / N).</summary>
    [JsonStringEnumMemberName("hann")]
    Hann,

    /// <summary>0.54 - 0.46 cos(2 pi n / N).</summary>
    [JsonStringEnumMemberName("hamming")]
    Hamming,
}
