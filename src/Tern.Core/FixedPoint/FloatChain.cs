using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>A chain in floating point, for the ranges of its vectors.</summary>
sealed class FloatChain(ModelChain chain)
{
    readonly FloatLayer?[] layers = [.. chain.Encoder.Select(part => part.Form is null ? null : new FloatLayer(part.Form))];
    readonly double[][] windows = [.. chain.Encoder.Select(part => part.Module is WindowSpec window ? new double[window.Input * window.Steps] : [])];

    int sequences;
    float input;

    /// <summary>The ranges of the sequences so far.</summary>
    /// <exception cref="TernException">There were none, or a part left the numbers that have a scale.</exception>
    public ModelRanges Ranges()
    {
        if (sequences == 0) throw new TernException("There are no sample sequences; ranges need one or more.");
        ModelRanges ranges = new()
        {
            Sequences = sequences,
            Features = input,
            Layers = chain.Encoder.Select((part, i) => (part.Module.Name, layers[i])).Where(part => part.Item2 is not null).ToDictionary(part => part.Name, part => (IReadOnlyDictionary<string, float>)part.Item2!.Ranges),
        };
        foreach ((string layer, IReadOnlyDictionary<string, float> parts) in ranges.Layers)
            foreach ((string part, float magnitude) in parts)
                if (!(magnitude <= ModelRanges.Most)) throw NoScale(layer, magnitude, $" in '{part}'");
        return ranges;
    }

    /// <summary>Runs a sequence from the zero state.</summary>
    /// <param name="sequence">[steps, channels].</param>
    public void Run(float[] sequence)
    {
        if (sequence.Length == 0 || sequence.Length % chain.Channels != 0) throw new TernException($"A sample sequence has {sequence.Length} numbers; expected steps of {chain.Channels}.");
        sequences++;
        foreach (FloatLayer? layer in layers) layer?.Reset();
        foreach (double[] window in windows) Array.Clear(window);
        for (int at = 0; at < sequence.Length; at += chain.Channels)
        {
            double[] x = [.. sequence.AsSpan(at, chain.Channels).ToArray().Select(value => (double)value)];
            input = Math.Max(input, (float)x.Max(Math.Abs));
            for (int i = 0; i < layers.Length; i++)
            {
                if (layers[i] is { } layer)
                {
                    layer.Step(x);
                    x = layer.Output;
                    if (!Array.TrueForAll(x, double.IsFinite)) throw NoScale(chain.Encoder[i].Module.Name, x.First(value => !double.IsFinite(value)), "");
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
    static TernException NoScale(string module, double value, string where) =>
        new(FormattableString.Invariant($"The module '{module}' gives {value}{where} on a sample sequence; no scale holds that. Train the model again with clipping or a smaller learning rate."));
}
