using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>The scale of pitch that filters are spread over evenly.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MelScale>))]
public enum MelScale
{
    /// <summary>2595 log10(1 + f / 700); triangles in mel, of height 1 (Young et al., The HTK Book, "Filterbank Analysis").</summary>
    [JsonStringEnumMemberName("htk")]
    Htk,

    /// <summary>Linear below 1000 Hz, logarithmic above; triangles in Hz, of area 1 (Slaney 1998, Auditory Toolbox, as in librosa).</summary>
    [JsonStringEnumMemberName("slaney")]
    Slaney,
}
