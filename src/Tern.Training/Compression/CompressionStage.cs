using System.Text.Json.Serialization;

namespace Tern.Training.Compression;

/// <summary>What a stage of training does to the weights. The stages of a run take equal shares of its epochs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CompressionStage>))]
public enum CompressionStage
{
    /// <summary>Nothing: all weights are trained.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,

    /// <summary>
    /// Iterative hard thresholding (Jin et al. 2016; Kusupati et al. 2018, section 3.2.2): every few steps the share of
    /// largest magnitude is kept, and the steps between keep its support.
    /// </summary>
    [JsonStringEnumMemberName("iht")]
    IterativeHardThresholding,

    /// <summary>Gradual magnitude pruning (Zhu and Gupta 2017), done after two thirds of the stage.</summary>
    [JsonStringEnumMemberName("gradual")]
    Gradual,

    /// <summary>What was kept is trained, the rest stays 0.</summary>
    [JsonStringEnumMemberName("fine-tune")]
    FineTune,

    /// <summary>As <see cref="FineTune"/>, with weights rounded to what the file will store and straight-through gradients.</summary>
    [JsonStringEnumMemberName("quantize")]
    Quantize,
}
