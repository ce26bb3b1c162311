using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>A chain in floating point, for the ranges of its vectors.</summary>
sealed class FloatChain(ModelChain chain)
{
    readonly FloatLayer?[] layers = [.. chain.Encoder.Select(part => part.Form is null ? null : new FloatLayer(part.Form))];
    readonly double[][] windows = [.. chain.Encoder.Select(part => part.Module is WindowSpec window ? new double[window.Input * window.Steps] : [])];

    public LayerRanges Ranges(int module) => layers[module]!.Ranges;

    /// <summary>The greatest magnitude of the model's input.</summary>
    public double Input { get; private set; }

    /// <summary>Runs a sequence from the zero state.</summary>
    /// <param name="sequence">[steps, channels].</param>
    public void Run(float[] sequence)
    {
        if (sequence.Length == 0 || sequence.Length % chain.Channels != 0) throw new TernException($"A sample sequence has {sequence.Length} numbers; expected steps of {chain.Channels}.");
        foreach (FloatLayer? layer in layers) layer?.Reset();
        foreach (double[] window in windows) Array.Clear(window);
        for (int at = 0; at < sequence.Length; at += chain.Channels)
        {
            double[] x = [.. sequence.AsSpan(at, chain.Channels).ToArray().Select(value => (double)value)];
            Input = Math.Max(Input, x.Max(Math.Abs));
            for (int i = 0; i < layers.Length; i++)
            {
                if (layers[i] is { } layer)
                {
                    layer.Step(x);
                    x = layer.Output;
                    if (!Array.TrueForAll(x, double.IsFinite)) throw new TernException($"The module '{chain.Encoder[i].Module.Name}' gives {x.First(value => !double.IsFinite(value))} on a sample sequence; no scale holds that. Train the model again with clipping or a smaller learning rate.");
                }
                else
                {
                    double[] window = windows[i];
                    Array.Copy(window, 0, window, x.Length, window.Length - x.Length);
                    x.CopyTo(window, 0);
                    x = window;
                }
            }
        }
    }
}
