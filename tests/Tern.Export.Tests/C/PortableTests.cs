using Tern.Cells;
using Tern.Core.Tests.FixedPoint;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>The exported C compiles without a warning and does what the interpreter does, at every step.</summary>
public sealed class PortableTests : IDisposable
{
    readonly CompilerFolder folder = new();

    [Theory]
    [InlineData("fastgrnn", 3, 2)]
    [InlineData("fastrnn", null, null)]
    [InlineData("gru", null, 4)]
    [InlineData("lstm", 2, null)]
    [InlineData("sru", null, null)]
    [InlineData("qrnn", 2, null)]
    public void A_cell_passes_its_own_test(string cell, int? inputRank, int? stateRank)
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve(cell), 5, 9, PoolingKind.Mean, inputRank, stateRank);
        Export(spec, RandomModel.Tensors(spec, new Random(1)), new());
        folder.Compile("gcc", "test", ["model.c", "model_selftest.c", "main.c"], "-O2");
        (int code, string said) = folder.Run(folder.At("test"));
        Assert.True(code == 0, said);
        Assert.StartsWith("self-test: all steps agree", said);
    }

    [Fact]
    public void The_self_test_notices_a_changed_weight()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 5, 9);
        Export(spec, RandomModel.Tensors(spec, new Random(1)), new());
        string source = File.ReadAllText(folder.At("model.c"));
        int at = source.IndexOf('{', source.IndexOf("model_encoder_0_w_w[]", StringComparison.Ordinal));
        File.WriteAllText(folder.At("model.c"), source.Insert(at + 1, " 77 +"));
        folder.Compile("gcc", "test", ["model.c", "model_selftest.c", "main.c"]);
        (int code, string said) = folder.Run(folder.At("test"));
        Assert.Equal(1, code);
        Assert.StartsWith("self-test: step 1 differs", said);
    }

    [Theory]
    [InlineData("9lives")]
    [InlineData("key-word")]
    [InlineData("Model")]
    [InlineData("static")]
    [InlineData("")]
    public void A_name_that_is_none_for_C_is_refused(string name)
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 2, 3);
        TernException e = Assert.Throws<TernException>(() => Export(spec, RandomModel.Tensors(spec, new Random(1)), new() { Name = name }));
        Assert.StartsWith($"--name {name} is no name for C code", e.Message);
    }

    void Export(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, CExportOptions options)
    {
        IReadOnlyList<float[]> sequences = Calibration.Seeded(5, 4, 20, seed: 1);
        if (spec.Series!.Channels != 5) sequences = Calibration.Seeded(spec.Series.Channels, 4, 20, seed: 1);
        folder.Write(CExport.Files(FixedPointCompiler.Compile(spec, tensors, sequences), sequences, options));
    }

    public void Dispose() => folder.Dispose();
}
