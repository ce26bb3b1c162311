using Tern.Training.Models;

namespace Tern.Cli.Bench;

/// <summary>
/// The encoder of Kim 2014 as it trains: windows of 3, 4 and 5 steps whose filters together are as many as the hidden size,
/// rounded up to a multiple of 3; without the pooling, as the other rows are.
/// </summary>
static class ConvolutionRow
{
    const int Windows = 3, Taps = 3 + 4 + 5;

    public static BenchRow Make(Setting s)
    {
        var config = new ModelConfig { Cell = ModelConfig.Cnn, Filters = (s.Size + Windows - 1) / Windows };
        ConvolutionEncoder[] layers = [.. Enumerable.Range(0, s.Layers).Select(i => new ConvolutionEncoder(i == 0 ? s.Size : Windows * config.Filters, config))];
        int[] lengths = [.. Enumerable.Repeat(s.Length, s.Batch)];
        return new TorchRow("cnn", s, Taps / Windows, [s.Length, s.Batch, s.Size], x => layers.Aggregate(x, (y, layer) => layer.Encode(y, lengths)), layers.SelectMany(layer => layer.parameters()));
    }
}
