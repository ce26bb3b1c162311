using Tern.Cells;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>Whatever a model holds: C that compiles without a warning and agrees, or one line that says what is wrong.</summary>
public sealed class HostileModelTests : IDisposable
{
    static readonly IReadOnlyList<float[]> Sequences = Calibration.Seeded(3, 2, 12, seed: 1);

    readonly CompilerFolder folder = new();

    public static TheoryData<float> Extremes() => [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, 1e30f, -1e30f, 1e-30f, float.Epsilon, 0];

    [Theory]
    [MemberData(nameof(Extremes))]
    public void Any_number_in_any_tensor_is_exported_or_refused(float extreme)
    {
        List<string> sources = [], refused = [];
        foreach (string cell in (string[])["fastgrnn", "lstm", "qrnn"])
        {
            ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve(cell), 3, 4, PoolingKind.Mean, inputRank: 2);
            foreach ((int i, string name) in RandomModel.Tensors(spec, new Random(1)).Keys.Index())
            {
                Dictionary<string, TensorData> tensors = RandomModel.Tensors(spec, new Random(1));
                Array.Fill(tensors[name].Values, extreme, 0, i % 2 == 0 ? tensors[name].Values.Length : 1);
                try
                {
                    FixedNetwork network = FixedPointCompiler.Compile(spec, tensors, Sequences);
                    SessionPair.Check(network, Sequences, seed: 1);
                    string model = $"m{sources.Count}";
                    folder.Write(CExport.Files(network, Sequences, new() { Name = model }));
                    sources.Add(model);
                }
                catch (TernException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                    Assert.Matches("no scale holds that|expected finite values", e.Message);
                    refused.Add(e.Message);
                }
            }
        }
        if (!float.IsFinite(extreme)) Assert.Empty(sources);
        else Assert.True(Math.Abs(extreme) <= 1 ? refused.Count == 0 : sources.Count > 0, string.Join('\n', refused));
        if (sources.Count > 0) folder.CheckAll(sources);
    }

    [Theory]
    [InlineData("1st layer", "pooling", "head")]
    [InlineData("for", "while", "int")]
    [InlineData("x", "steps", "class")]
    [InlineData("encoder", "encoder_h", "encoder_x")]
    [InlineData("a.b", "a_b", "a-b")]
    [InlineData("*/ #error", "\"", "\\")]
    [InlineData("schicht 🙂", "ü", "%s%n")]
    public void Names_that_are_none_for_C_become_others(string layer, string pooling, string head)
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("gru"), 3, 4, PoolingKind.Mean);
        spec = spec with
        {
            Modules = [spec.Modules[0] with { Name = layer }, spec.Modules[1] with { Name = pooling, Inputs = [layer] }, spec.Modules[2] with { Name = head, Inputs = [pooling] }],
            Output = head,
            Labels = ["*/ int x;", "??/", "a\nb \\"],
        };
        FixedNetwork network = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), Sequences);
        folder.Write(CExport.Files(network, Sequences, new()));
        folder.CheckAll(["model"]);
        CompilerFolder.Require("g++");
        File.WriteAllText(folder.At("header.cpp"), "#include \"model.h\"\n");
        (int code, string said) = folder.Run("g++", "-Wall", "-Wextra", "-Werror", "-pedantic", "-c", "header.cpp");
        Assert.True(code == 0, said);
    }

    [Fact]
    public void Names_as_Tern_gives_them_stay()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("gru"), 3, 4, PoolingKind.Mean);
        FixedNetwork network = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), Sequences);
        Assert.Equal(["x", "encoder_0_h", "encoder_0_x_n", "encoder_0_x_r", "encoder_0_x_z", "encoder_0_u_hn", "pooling"], network.Vectors.Select(vector => vector.Name));
    }

    [Fact]
    public void Parts_that_the_form_lacks_are_named()
    {
        ModelSpec plain = RandomModel.Layer(CellCatalogue.Resolve("gru"), 3, 4);
        RecurrentSpec layer = (RecurrentSpec)plain.Modules[0];
        Refuses("reads both directions", layer with { Bidirectional = true }, 8);
        Refuses("normalises its layer (products)", layer with { LayerNorm = LayerNormPlace.Products }, 4);
        Refuses("of two phases", layer with { Cell = CellCatalogue.Resolve("gru", new Dictionary<string, string> { ["reset"] = "before" }) }, 4);
        Refuses("which divides", layer with { Cell = CellCatalogue.Resolve("minlstm") }, 4);
        Refuses("convolution", new ConvolutionSpec { Name = "encoder.0", Inputs = ["features"], Input = 3, Windows = [2], Filters = 4 }, 4);

        void Refuses(string expected, ModuleSpec encoder, int width)
        {
            ModelSpec spec = plain with { Modules = [encoder, plain.Modules[1], new LinearSpec { Name = "head", Inputs = ["pooling"], Input = width, Output = 3 }] };
            TernException e = Assert.Throws<TernException>(() => FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), Sequences));
            Assert.Contains(expected, e.Message);
            Assert.Contains("'encoder.0'", e.Message);
        }
    }

    public void Dispose() => folder.Dispose();
}
