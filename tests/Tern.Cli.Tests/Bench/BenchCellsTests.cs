using System.Text.Json;
using Tern.Cli.Bench;
using Xunit;

namespace Tern.Cli.Tests.Bench;

public sealed class BenchCellsTests
{
    [Fact]
    public void Every_row_gives_its_time_rate_and_ratios()
    {
        (int code, string output, _) = Cli.Run("bench", "cells", "--lengths", "3", "--sizes", "6", "--batch", "2", "--layers", "2", "--pass", "forward+backward", "--repeats", "1", "--json");
        Assert.Equal(0, code);
        JsonElement[] timings = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(CellRows.Names, timings.Select(t => t.GetProperty("cell").GetString()));
        double Milliseconds(string cell) => timings.Single(t => t.GetProperty("cell").GetString() == cell).GetProperty("milliseconds").GetDouble();
        foreach (JsonElement timing in timings)
        {
            Assert.Equal(["cell", "length", "size", "input", "batch", "layers", "threads", "pass", "allocator", "milliseconds", "gflops", "ratio_to_gemm", "ratio_to_sru"], timing.EnumerateObject().Select(p => p.Name));
            Assert.Equal((3, 6, 2, 2, 1), (timing.GetProperty("length").GetInt32(), timing.GetProperty("size").GetInt32(), timing.GetProperty("batch").GetInt32(), timing.GetProperty("layers").GetInt32(), timing.GetProperty("threads").GetInt32()));
            Assert.Equal(("forward+backward", "tuned"), (timing.GetProperty("pass").GetString(), timing.GetProperty("allocator").GetString()));
            double milliseconds = timing.GetProperty("milliseconds").GetDouble();
            Assert.True(milliseconds > 0);
            Assert.Equal(milliseconds / Milliseconds("sru"), timing.GetProperty("ratio_to_sru").GetDouble(), 1e-9);
            Assert.Equal(milliseconds / Milliseconds("gemm"), timing.GetProperty("ratio_to_gemm").GetDouble(), 1e-9);
        }
    }

    /// <summary>Products alone: 3 matrices of 4 x 4, 6 rows, 2 layers, a multiplication and an addition each; the backward pass doubles them.</summary>
    [Fact]
    public void Operations_are_those_of_the_products()
    {
        Assert.Equal(2 * 6 * 4 * 4 * 3 * 2, new Setting(Length: 2, Size: 4, Input: 4, Batch: 3, Layers: 2, Threads: 1, Pass.Forward).Flops(3));
        Setting both = new(Length: 2, Size: 4, Input: 4, Batch: 3, Layers: 2, Threads: 1, Pass.ForwardAndBackward);
        Assert.Equal(3 * 2 * 6 * 4 * 4 * 3 * 2, both.Flops(3));
        // factors [2, 4] and [4, 2] of one W and one U: four products of 8 numbers
        Assert.Equal(3 * 2 * 6 * 4 * 8 * 2, both.LowRankFlops(1, 1, rank: 2));
    }

    [Theory]
    [InlineData("--sizes", "0", "--sizes 0")]
    [InlineData("--sizes", "-8", "--sizes -8")]
    [InlineData("--sizes", "8,x", "--sizes x")]
    [InlineData("--lengths", "0", "--lengths 0")]
    [InlineData("--batch", "0", "--batch 0")]
    [InlineData("--layers", "0", "--layers 0")]
    [InlineData("--repeats", "0", "--repeats 0")]
    [InlineData("--cells", "sur", "did you mean 'sru'?")]
    [InlineData("--pass", "foward", "did you mean 'forward'?")]
    [InlineData("--allocator", "tund", "did you mean 'tuned'?")]
    public void Refuses_what_cannot_be_measured(string option, string value, string said) => Cli.Refuses(["bench", "cells", option, value], said);

    [Fact]
    public void Refuses_sizes_beyond_memory() => Cli.Refuses(["bench", "cells", "--sizes", "65536", "--lengths", "100000", "--batch", "65536"], "memory", "smaller");
}
