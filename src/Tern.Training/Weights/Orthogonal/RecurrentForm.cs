using System.Text.Json.Serialization;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>What the recurrent matrix of a layer is held to be while it is trained, block by block.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecurrentForm>))]
public enum RecurrentForm
{
    /// <summary>Any matrix.</summary>
    [JsonStringEnumMemberName("free")]
    Free,

    /// <summary>Orthogonal: a product of Householder reflections (oRNN, Mhammedi et al. 2017).</summary>
    [JsonStringEnumMemberName("householder")]
    Householder,

    /// <summary>Of singular values near 1 (SpectralRNN, Zhang et al. 2018).</summary>
    [JsonStringEnumMemberName("spectral")]
    Spectral,

    /// <summary>Orthogonal: a scaled Cayley transform (scoRNN, Helfrich et al. 2018).</summary>
    [JsonStringEnumMemberName("cayley")]
    Cayley,
}
