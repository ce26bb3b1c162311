using System.Text.Json;
using Tern.Cli.Bench;
using Xunit;

namespace Tern.Cli.Tests.Bench;

/// <summary>`bench step` and `bench products`: which rows there are and what stands in them, not how long they take.</summary>
public sealed class BenchWeightsTests
{
    [Fact]
    public void A_step_is_measured_with_every_kind_of_weights()
    {
        JsonElement[] timings = Measure("bench", "step", "--cells", "lstm", "--sizes", "8", "--weights", string.Join(',', WeightKind.Names), "--keep", "0.25", "--rank", "2", "--json");
        Assert.Equal(WeightKind.Names, timings.Select(t => t.GetProperty("weights").GetString()));
        double plain = timings[0].GetProperty("microseconds").GetDouble();
        foreach (JsonElement timing in timings)
        {
            Assert.Equal(["cell", "weights", "size", "microseconds", "ratio_to_float32", "weight_bytes", "bytes_per_step"], timing.EnumerateObject().Select(p => p.Name));
            Assert.Equal(timing.GetProperty("microseconds").GetDouble() / plain, timing.GetProperty("ratio_to_float32").GetDouble(), 1e-9);
            Assert.Equal(0, timing.GetProperty("bytes_per_step").GetDouble());
        }
        // W and U [32, 8], 4 biases of 8: 256 weights twice
        long Bytes(string kind) => timings.Single(t => t.GetProperty("weights").GetString() == kind).GetProperty("weight_bytes").GetInt64() - 4 * 32;
        Assert.Equal((2048, 2 * (256 + 4), 2 * (512 + 4), 2 * (64 + 4)), (Bytes("float32"), Bytes("int8"), Bytes("int16"), Bytes("ternary")));
        Assert.Equal((2 * 4 * 2 * (32 + 8), 2 * (2 * (32 + 8) + 8)), (Bytes("low-rank"), Bytes("low-rank-int8")));
        Assert.InRange(Bytes("sparse"), 2 * (33 + 5 * 32), 2 * (2 * 33 + 5 * 128));
    }

    [Fact]
    public void Cells_of_libtorch_have_plain_weights_and_no_ratio()
    {
        JsonElement timing = Assert.Single(Measure("bench", "step", "--cells", "lstmcell-libtorch", "--sizes", "4", "--json"));
        Assert.Equal(("float32", JsonValueKind.Null), (timing.GetProperty("weights").GetString(), timing.GetProperty("ratio_to_float32").ValueKind));
    }

    [Fact]
    public void Products_count_the_weights_that_are_kept_and_the_bytes_that_are_stored()
    {
        JsonElement[] timings = Measure("bench", "products", "--shapes", "20x10,6x30", "--batch", "1,3", "--weights", "float32,sparse,low-rank", "--rank", "2", "--keep", "0.5", "--json");
        Assert.Equal(12, timings.Length);
        foreach (JsonElement timing in timings)
        {
            Assert.Equal(["weights", "rows", "columns", "batch", "microseconds", "ratio_to_float32", "gflops", "gigabytes_per_second", "bytes"], timing.EnumerateObject().Select(p => p.Name));
            (int rows, int columns, int batch) = (timing.GetProperty("rows").GetInt32(), timing.GetProperty("columns").GetInt32(), timing.GetProperty("batch").GetInt32());
            double microseconds = timing.GetProperty("microseconds").GetDouble(), operations = timing.GetProperty("gflops").GetDouble() * 1000 * microseconds, bytes = timing.GetProperty("bytes").GetInt64();
            Assert.Equal(bytes, timing.GetProperty("gigabytes_per_second").GetDouble() * 1000 * microseconds, 1e-6 * bytes);
            switch (timing.GetProperty("weights").GetString())
            {
                case "float32": Assert.Equal(2.0 * batch * rows * columns, operations, 1e-3); break;
                case "low-rank": Assert.Equal(2.0 * batch * 2 * (rows + columns), operations, 1e-3); break;
                default: Assert.InRange(operations, 2.0 * batch * 0.3 * rows * columns, 2.0 * batch * 0.7 * rows * columns); break;
            }
        }
    }

    [Theory]
    [InlineData("step", "--weights", "int4", "did you mean 'int8'?")]
    [InlineData("step", "--keep", "0", "--keep 0 is not a share")]
    [InlineData("step", "--keep", "1.1", "--keep 1.1 is not a share")]
    [InlineData("step", "--rank", "0", "--rank 0")]
    [InlineData("products", "--shapes", "400", "--shapes 400 is not a shape")]
    [InlineData("products", "--shapes", "400x0", "--shapes 0")]
    [InlineData("products", "--shapes", "4x5x6", "--shapes 4x5x6 is not a shape")]
    [InlineData("products", "--batch", "x", "--batch x")]
    public void Refuses_what_cannot_be_measured(string verb, string option, string value, string said) => Cli.Refuses(["bench", verb, option, value], said);

    [Fact]
    public void Refuses_shapes_beyond_what_a_file_may_hold() => Cli.Refuses(["bench", "products", "--shapes", "32768x32768", "--batch", "1"], "--shapes 32768x32768 has 1073741824 weights", "at most 67108864");

    static JsonElement[] Measure(params string[] args)
    {
        (int code, string output, string error) = Cli.Run(args);
        Assert.True(code == 0, error);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }
}
