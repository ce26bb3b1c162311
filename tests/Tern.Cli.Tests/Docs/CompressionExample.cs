using Tern.Matrices;
using Tern.Model;
using Tern.Training.Compression;
using Xunit;

namespace Tern.Cli.Tests.Docs;

/// <summary>The example of docs/compression.md, line for line (<see cref="DocsTests"/> compares), so that it compiles and runs.</summary>
public sealed class CompressionExample(SmallModel small)
{
    [Fact]
    public void A_model_is_saved_with_encoded_matrices()
    {
        var (spec, tensors) = ModelFile.Load(small.Sru);
        string path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():n}.safetensors");
        LinearSpec head = spec.Modules.OfType<LinearSpec>().Single();
        TensorData weight = tensors[$"{head.Name}.weight"];

        EncodedMatrix bytes = MatrixPacker.Encode(weight, new IntegerEncoding { Bits = 8, Scales = 1 });
        EncodedMatrix kept = MatrixPacker.Encode(weight, new SparseEncoding { Bits = 32 });      // what is not 0
        var (left, right) = TruncatedSvd.Factors(weight, rank: 2);
        EncodedMatrix factors = MatrixPacker.Encode(left, right, new() { Rank = 2, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 });

        ModelFile.Save(path, spec, new ModelTensors(tensors, new Dictionary<string, EncodedMatrix> { ["head.weight"] = bytes }));
        try
        {
            Network whole = Network.Load(small.Sru), compressed = Network.Load(path);
            Assert.Equal(weight.Values.Length * 3 - 4, whole.Bytes - compressed.Bytes);
            Assert.Equal(weight.Values, MatrixPacker.Decode(kept).Values);
            Assert.Equal(2 * (weight.Shape[0] + weight.Shape[1]), factors.Weights);
            Prediction expected = new TextClassifier(whole).Predict("opens a socket"), prediction = new TextClassifier(compressed).Predict("opens a socket");
            for (int i = 0; i < expected.Labels.Count; i++) Assert.Equal(expected.Probabilities[i], prediction.Probabilities[i], 0.05f);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
