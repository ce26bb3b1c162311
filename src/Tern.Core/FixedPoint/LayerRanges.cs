namespace Tern.FixedPoint;

/// <summary>The greatest magnitudes that a layer had on sample sequences.</summary>
sealed class LayerRanges
{
    /// <summary>Of the layer's input.</summary>
    public double Input { get; set; }

    /// <summary>Of the input factor's product, and of the state factor's.</summary>
    public double InputRank { get; set; }

    /// <inheritdoc cref="InputRank"/>
    public double StateRank { get; set; }

    /// <summary>By slot: X0 ..., U0 ..., Skip, S0 ... and Y.</summary>
    public Dictionary<string, double> Slots { get; } = [];

    public void See(string slot, double value)
    {
        double magnitude = Math.Abs(value);
        if (!Slots.TryGetValue(slot, out double seen) || seen < magnitude) Slots[slot] = magnitude;
    }
}
