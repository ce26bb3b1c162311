using System.Text;
using Tern.Cells;
using Tern.Core.Tests.Matrices;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>Model files whose matrices are encoded: written, read, run, and refused where they are damaged.</summary>
public sealed class EncodedModelTests
{
    static ModelSpec Spec { get; } = new()
    {
        Task = "regression",
        Modules =
        [
            new ConvolutionSpec { Name = "convolution", Inputs = ["features"], Input = 5, Windows = [1, 3], Filters = 6 },
            new RecurrentSpec { Name = "encoder.0", Inputs = ["convolution"], Cell = CellCatalogue.Resolve("sru"), Input = 12, Hidden = 8, Projection = 4 },
            new LinearSpec { Name = "head", Inputs = ["encoder.0"], Input = 8, Output = 3 },
        ],
        Output = "head",
    };

    static ModelTensors Encoded(string encoding) => Encoded(Spec, _ => encoding);

    /// <summary>Random tensors of a model with every matrix encoded; other models of the tests use it too.</summary>
    internal static ModelTensors Encoded(ModelSpec spec, Func<string, string> encoding)
    {
        Random random = new(1);
        var tensors = SmallModel.Tensors(spec);
        return new(tensors, tensors.Where(tensor => tensor.Value.Shape.Length == 2)
            .ToDictionary(tensor => tensor.Key, tensor => Weights.Encoded(encoding(tensor.Key), tensor.Value.Shape[0], tensor.Value.Shape[1], random)));
    }

    public static TheoryData<string> AllNames => [.. Weights.Names];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void What_is_saved_is_loaded_and_runs_as_its_dense_form(string encoding)
    {
        using TemporaryFolder folder = new();
        ModelTensors tensors = Encoded(encoding);
        ModelFile.Save(folder["m"], Spec, tensors);
        var (spec, loaded) = ModelFile.Load(folder["m"]);
        Assert.Equal(tensors.Encoded.OrderBy(matrix => matrix.Key).Select(matrix => (matrix.Key, matrix.Value.Encoding)), spec.Encodings.OrderBy(matrix => matrix.Key).Select(matrix => (matrix.Key, matrix.Value)));
        foreach (var (name, tensor) in tensors) Assert.Equal(tensor.Values, loaded[name].Values);

        Network network = new(spec, loaded);
        Assert.Equal(SafeTensorsBytes(folder["m"]), network.Bytes);
        Assert.Equal(network.Bytes, ModuleCost.Of(spec, loaded).Sum(cost => cost.Bytes));
        Assert.Equal(network.Parameters, ModuleCost.Of(spec, loaded).Sum(cost => cost.Parameters));
        Network dense = new(spec with { Encodings = new Dictionary<string, MatrixEncoding>() }, loaded.ToDictionary());
        Assert.Equal(Run(dense), Run(network), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Contains(Run(network), value => value != 0);
    }

    /// <summary>A padded batch at once, then the first of its streams step by step.</summary>
    static float[] Run(Network network)
    {
        const int time = 7, batch = 3;
        Random random = new(2);
        float[] x = [.. Enumerable.Range(0, time * batch * 5).Select(_ => random.NextSingle() - 0.5f)], y = new float[time * batch * 3], step = new float[time * 3];
        network.CreateSession().Run(x, time, [7, 4, 1], y, network.CreateState(batch));
        Session steps = network.CreateSession();
        for (int t = 0; t < time; t++) steps.Step(x.AsSpan(t * batch * 5, 5), step.AsSpan(t * 3, 3));
        for (int t = 0; t < time; t++)
            for (int j = 0; j < 3; j++) Assert.Equal(y[t * batch * 3 + j], step[t * 3 + j], 1e-5f);
        return y;
    }

    static long SafeTensorsBytes(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes.Length - 8 - BitConverter.ToInt64(bytes);
    }

    [Fact]
    public void An_old_file_says_float32_by_a_word_and_so_does_a_new_one()
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        Assert.Contains("\\\"encodings\\\":{\\\"embedding.weight\\\":\\\"float32\\\"", Encoding.UTF8.GetString(File.ReadAllBytes(folder["m"])));
    }

    [Fact]
    public void Encoded_embeddings_are_looked_up_in_their_dense_form()
    {
        using TemporaryFolder folder = new();
        ModelTensors tensors = Encoded(SmallModel.Spec, _ => "integer 8");
        ModelFile.Save(folder["m"], SmallModel.Spec, tensors);
        Network dense = new(SmallModel.Spec, tensors.ToDictionary());
        Assert.Equal(new TextClassifier(dense).Predict("a\"").Probabilities, new TextClassifier(Network.Load(folder["m"])).Predict("a\"").Probabilities, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("sparse 8 few", "\\\"bits\\\":8", "\\\"bits\\\":7", "in 7 bits")]
    [InlineData("sparse 8 few", "\\\"bits\\\":8", "\\\"bits\\\":16", "expected I16")]
    [InlineData("integer 8", "\\\"scales\\\":1", "\\\"scales\\\":2", "2 scales for 3 rows")]
    [InlineData("integer 8", "\\\"kind\\\":\\\"integer\\\"", "\\\"kind\\\":\\\"integers\\\"", "cannot read")]
    [InlineData("integer 8", "\\\"scales\\\":1", "\\\"scale\\\":1", "cannot read")]
    [InlineData("low-rank float32", "\\\"rank\\\":3", "\\\"rank\\\":9", "rank 9")]
    [InlineData("low-rank float32", "\\\"head.weight\\\":{\\\"kind\\\":\\\"low-rank\\\"", "\\\"head.weight\\\":null,\\\"x\\\":{\\\"kind\\\":\\\"low-rank\\\"", "cannot read")]
    [InlineData("ternary", "\\\"head.weight\\\":{", "\\\"head.bias\\\":{", "expected a matrix")]
    [InlineData("ternary", "\\\"head.weight\\\":{", "\\\"other\\\":{", "type U8")]
    [InlineData("ternary", "\\\"head.weight\\\":{", "\\\"encoder.0.forward.weight\\\":{", "given twice")]
    [InlineData("integer 16", "\\\"head.weight\\\":{\\\"kind\\\":\\\"integer\\\"", "\\\"head.weight\\\":\\\"bfloat16\\\",\\\"x\\\":{\\\"kind\\\":\\\"integer\\\"", "unknown")]
    [InlineData("float32", "\\\"head.weight\\\":\\\"float32\\\"", "\\\"head.weights\\\":\\\"float32\\\"", "'head.weights' is stored, which no module")]
    [InlineData("ternary", "\"dtype\":\"U8\"", "\"dtype\":\"I8\"", "expected U8")]
    [InlineData("integer 16", "\"dtype\":\"I16\"", "\"dtype\":\"F16\"", "type F16")]
    [InlineData("integer 16", "\"dtype\":\"I16\"", "\"dtype\":\"F32\"", "bytes")]
    public void A_description_that_does_not_fit_the_parts_is_one_clear_error(string encoding, string part, string changed, string expected)
    {
        string header = Header(encoding, out byte[] data);
        int at = header.LastIndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, header);
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(header.AsSpan(0, at), changed, header.AsSpan(at + part.Length)));
        string message = Assert.Throws<TernException>(() => ModelFile.Load(new MemoryStream([.. BitConverter.GetBytes((long)text.Length), .. text, .. data]), "hostile")).Message;
        Assert.StartsWith("Model file 'hostile' ", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void Sizes_that_a_file_only_claims_allocate_nothing()
    {
        // an empty sparse matrix of 2^24 x 2^24 in a file of few bytes
        string spec = """
            {"format":1,"needs":"0.1.0","task":"x","modules":[{"kind":"linear","name":"y","inputs":["features"],"input":16777216,"output":16777216}],"output":"y",
             "encodings":{"y.weight":{"kind":"sparse","bits":32}},"metrics":{}}
            """;
        byte[] text = Encoding.UTF8.GetBytes($"{{\"__metadata__\":{{\"tern\":\"{System.Text.Json.JsonEncodedText.Encode(spec)}\"}}}}");
        byte[] file = [.. BitConverter.GetBytes((long)text.Length), .. text];
        Assert.Throws<TernException>(() => ModelFile.Load(new MemoryStream(file), "hostile"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("at most 67108864 values", Assert.Throws<TernException>(() => ModelFile.Load(new MemoryStream(file), "hostile")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    static string Header(string encoding, out byte[] data)
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], Spec, Encoded(encoding));
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        int length = (int)BitConverter.ToInt64(bytes);
        data = bytes[(8 + length)..];
        return Encoding.UTF8.GetString(bytes, 8, length);
    }
}
