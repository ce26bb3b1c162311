using System.Text;
using Tern.Cells;
using Tern.Core.Tests.Model;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>Ranges in the model file: what is compiled with them is what is compiled with the sequences that they were measured on.</summary>
public sealed class ModelRangesTests
{
    static readonly ModelSpec Spec = RandomModel.Layer(CellCatalogue.Resolve("lstm"), 3, 4, PoolingKind.Mean, inputRank: 2);
    static readonly Dictionary<string, TensorData> Tensors = RandomModel.Tensors(Spec, new Random(1));
    static readonly IReadOnlyList<float[]> Sequences = Calibration.Seeded(3, 4, 20, seed: 1);

    [Fact]
    public void A_file_with_ranges_compiles_as_the_sequences_do()
    {
        foreach (CellVariant cell in RandomModel.Cells)
        {
            ModelSpec spec = RandomModel.Layer(cell, 3, 3, PoolingKind.Max, inputRank: 2);
            var tensors = RandomModel.Tensors(spec, new Random(1));
            ModelRanges ranges = FixedPointCompiler.Measure(spec, tensors, Sequences);
            (ModelSpec read, var readTensors) = ModelFile.Load(new MemoryStream(Saved(spec with { Ranges = ranges }, tensors)), "m");
            Assert.Equal(4, read.Ranges!.Sequences);
            Assert.Equal(Print(FixedPointCompiler.Compile(spec, tensors, Sequences)), Print(FixedPointCompiler.Compile(read, readTensors)));
        }
    }

    [Fact]
    public void Other_sequences_are_other_ranges()
    {
        ModelRanges small = FixedPointCompiler.Measure(Spec, Tensors, Sequences), large = FixedPointCompiler.Measure(Spec, Tensors, [.. Sequences.Select(sequence => sequence.Select(value => 9 * value).ToArray())]);
        Assert.Equal(9 * small.Features, large.Features, 1e-3);
        Assert.Equal(["a", "c", "h", "x_f", "x_g", "x_i", "x_o"], small.Layers["encoder.0"].Keys.Order());
        Assert.NotEqual(Print(FixedPointCompiler.Compile(Spec with { Ranges = small }, Tensors)), Print(FixedPointCompiler.Compile(Spec with { Ranges = large }, Tensors)));
    }

    [Fact]
    public void A_file_without_ranges_needs_sequences()
    {
        byte[] file = Saved(Spec, Tensors);
        Assert.DoesNotContain("ranges", Encoding.UTF8.GetString(file));
        (ModelSpec read, var tensors) = ModelFile.Load(new MemoryStream(file), "m");
        Assert.Null(read.Ranges);
        Assert.Contains("holds no ranges", Assert.Throws<TernException>(() => FixedPointCompiler.Compile(read, tensors)).Message);
        Assert.Contains("no sample sequences", Assert.Throws<TernException>(() => FixedPointCompiler.Measure(read, tensors, [])).Message);
    }

    [Theory]
    [InlineData("\"features\":1.25", "\"features\":\"NaN\"", "a range of NaN for 'features'; expected 0 to 1E+30.")]
    [InlineData("\"features\":1.25", "\"features\":-0.1", "a range of -0.1 for 'features'")]
    [InlineData("\"features\":1.25", "\"features\":\"Infinity\"", "a range of Infinity for 'features'")]
    [InlineData("\"features\":1.25", "\"features\":1e31", "a range of 1E+31 for 'features'")]
    [InlineData("\"h\":1", "\"h\":1e300", "a range of Infinity for 'encoder.0.h'")]
    [InlineData("\"h\":1", "\"h\":\"-Infinity\"", "a range of -Infinity for 'encoder.0.h'")]
    [InlineData("\"h\":1", "\"h\":null", "cannot read")]
    [InlineData("\"h\":1", "\"h\":1,\"h\":2", "cannot read")]
    [InlineData("\"sequences\":4", "\"sequences\":0", "ranges of 0 sequences")]
    [InlineData("\"sequences\":4", "\"sequences\":1e99", "cannot read")]
    [InlineData("\"sequences\":4,", "", "cannot read")]
    [InlineData("{\"encoder.0\":", "{\"encoder.1\":", "no ranges of the recurrent module 'encoder.0'")]
    [InlineData("{\"encoder.0\":", "{\"encoder.1\":{},\"encoder.0\":", "ranges of 2 layers; it has 1 recurrent modules")]
    [InlineData("{\"encoder.0\":", "{\"encoder.1\":null,\"encoder.0\":", "ranges of 2 layers")]
    [InlineData("\"layers\":{", "\"layers\":null,\"x\":{", "cannot read")]
    public void Hostile_ranges_are_one_line(string part, string instead, string expected)
    {
        string error = Assert.Throws<TernException>(() => Load(part, instead)).Message;
        Assert.Contains(expected, error);
        Assert.DoesNotContain(error, char.IsControl);
    }

    [Theory]
    [InlineData("\"h\":1", "\"hh\":1", "for a, c, hh, x_f")]
    [InlineData("\"h\":1,", "", "for a, c, x_f")]
    [InlineData("\"h\":1", "\"h\":1,\"\\u0007\":1", "for ?, a, c, h")]
    public void Ranges_of_other_parts_are_an_error_of_the_compiler(string part, string instead, string expected)
    {
        (ModelSpec read, var tensors) = Load(part, instead);
        string error = Assert.Throws<TernException>(() => FixedPointCompiler.Compile(read, tensors)).Message;
        Assert.Contains(expected, error);
        Assert.Contains("expected a, c, h, x_f, x_g, x_i, x_o", error);
        Assert.DoesNotContain(error, char.IsControl);
    }

    /// <summary>No range is too small or too large for a scale: up to the ends of what a file may hold all compile and step.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1e-38f)]
    [InlineData(1e-6f)]
    [InlineData(1e6f)]
    [InlineData(1e30f)]
    public void Any_range_compiles(float magnitude)
    {
        ModelRanges ranges = FixedPointCompiler.Measure(Spec, Tensors, Sequences);
        ranges = ranges with { Features = magnitude, Layers = new Dictionary<string, IReadOnlyDictionary<string, float>> { ["encoder.0"] = ranges.Layers["encoder.0"].ToDictionary(part => part.Key, _ => magnitude) } };
        SessionPair.Check(FixedPointCompiler.Compile(Spec with { Ranges = ranges }, Tensors), Sequences, seed: 1);
    }

    static (ModelSpec, IReadOnlyDictionary<string, TensorData>) Load(string part, string instead)
    {
        ModelRanges ranges = new()
        {
            Sequences = 4,
            Features = 1.25f,
            Layers = new Dictionary<string, IReadOnlyDictionary<string, float>> { ["encoder.0"] = FixedPointCompiler.Measure(Spec, Tensors, Sequences).Layers["encoder.0"].ToDictionary(range => range.Key, _ => 1f) },
        };
        byte[] file = Saved(Spec with { Ranges = ranges }, Tensors);
        int length = (int)BitConverter.ToInt64(file);
        string header = Encoding.UTF8.GetString(file, 8, length), old = Escaped(part);
        Assert.Contains(old, header);
        byte[] changed = Encoding.UTF8.GetBytes(header.Replace(old, Escaped(instead), StringComparison.Ordinal));
        return ModelFile.Load(new MemoryStream([.. BitConverter.GetBytes((long)changed.Length), .. changed, .. file[(8 + length)..]]), "m");

        // the description is a string within the header
        static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    static byte[] Saved(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], spec, tensors);
        return File.ReadAllBytes(folder["m"]);
    }

    /// <summary>Formats, weights and programs.</summary>
    static string Print(FixedNetwork network) => string.Join('\n',
    [
        string.Join(' ', network.InputFractions),
        .. network.Vectors.Select(vector => $"{vector.Name} {vector.Unit:R} {string.Join(' ', vector.Bounds)}"),
        .. network.Operations.OfType<ProductOperation>().Select(product => $"{product.Shift} {product.Limit} {string.Join(' ', product.Multipliers ?? [])} {string.Join(' ', product.Matrix.Values)}"),
        .. network.Operations.OfType<PointwiseOperation>().SelectMany(step => step.Program.Instructions.Select(i => $"{i.Op} {i.A} {i.B} {i.C} {i.ShiftA} {i.ShiftB} {i.Shift} {i.Low} {i.High} {i.Offset} {string.Join(' ', i.Parameter?.Values ?? [])}")),
    ]);
}
