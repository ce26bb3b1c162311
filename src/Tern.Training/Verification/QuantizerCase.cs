using Tern.Training.Compression;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>Quantisers of one weight (Hou et al., LSTM_quantized_cell.Quantization): Q of W, with Adam's second moment acc where the method wants it.</summary>
static class QuantizerCase
{
    public static ReferenceKind Kind { get; } = new("quantisers (method, W and Q)", reference => reference.Has("method") && reference.Has("W") && reference.Has("Q"), Error);

    static double Error(ReferenceCase reference)
    {
        Tensor weight = reference.Tensor("W");
        Tensor? moment = reference.TryTensor("acc");
        if (moment is not null) reference.CheckShape(moment, "acc", weight.shape);
        return reference.Error(reference.Word("method") switch
        {
            "binary_connect" => WeightQuantizers.BinaryConnect(weight),
            "bwn" => WeightQuantizers.BinaryWeightNetwork(weight),
            "lab" => WeightQuantizers.LossAwareBinarization(weight, moment),
            "ternary_connect" => WeightQuantizers.TernaryConnect(weight),
            "twn" => WeightQuantizers.TernaryWeightNetwork(weight),
            "lat" => WeightQuantizers.LossAwareTernarization(weight, moment),
            var method => throw reference.Fault($"has the method \"{method}\"; expected binary_connect, bwn, lab, ternary_connect, twn or lat"),
        }, "Q");
    }
}
