using Tern.Training.Compression;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// Quantisation after training by EdgeML's rule: W.., U.. and B.. share one whole factor, FC and FCbias one of their own;
/// zeta, nu, alpha and beta go through their sigmoid.
/// </summary>
static class ByteQuantizationCase
{
    public static ReferenceKind Kind { get; } = new("byte quantisation of EdgeML (maxValue and quantized)", reference => reference.Has("maxValue") && reference.Has("quantized") && reference.Has("params"), Error);

    static double Error(ReferenceCase reference)
    {
        int largest = (int)reference.Number("maxValue"), scalar = (int)reference.Number("scalarScaleFactor");
        string[] names = [.. reference.Object("params").Select(p => p.Name)];
        double error = 0;
        foreach (bool classifier in (bool[])[false, true])
        {
            string[] group = [.. names.Where(name => name is not ("zeta" or "nu" or "alpha" or "beta") && name.StartsWith("FC", StringComparison.Ordinal) == classifier)];
            float[][] weights = [.. group.Select(name => reference.Tensor(name, "params").data<float>().ToArray())];
            double factor = ByteQuantization.Factor(weights, largest, whole: !classifier);
            error = Math.Max(error, reference.Error(tensor((float)factor), classifier ? "classifierScaleFactor" : "paramScaleFactor", "quantized"));
            for (int i = 0; i < group.Length; i++)
            {
                float[] integers = Array.ConvertAll(ByteQuantization.Quantize(weights[i], factor, largest), value => (float)value);
                error = Math.Max(error, reference.Error(tensor(integers, reference.Tensor(group[i], "params").shape), "q" + group[i], "quantized"));
            }
        }
        foreach (string name in names.Where(name => name is "zeta" or "nu" or "alpha" or "beta"))
        {
            Tensor trained = reference.Tensor(name, "params");
            error = Math.Max(error, reference.Error(full(trained.shape, (float)ByteQuantization.QuantizeScalar(trained.item<float>(), scalar)), "q" + name, "quantized"));
        }
        return error;
    }
}
