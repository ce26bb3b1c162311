namespace Tern.Cells;

/// <summary>
/// What a cell is made of, by name. Blocks, vectors and scalars appear under these names in model files, in derived
/// kernels and in exports; their order is the order of the slots of <see cref="Lane{T}"/>.
/// </summary>
/// <param name="Name">Cell and variant as one identifier, for example <c>SruTanhHighway</c>.</param>
/// <param name="Input">Blocks of W x, each [hidden]: slots X0 ... X4.</param>
/// <param name="Vectors">Trained per-unit vectors (biases, peepholes), each [hidden]: slots P0 ... P7.</param>
/// <param name="State">What is carried from step to step, each [hidden]: slots S0, S1.</param>
public sealed record CellSpec(string Name, string[] Input, string[] Vectors, string[] State)
{
    /// <summary>
    /// Blocks of U h, each [hidden]; empty for the scan family. h is state 0. A block that has the name of an input block
    /// is added to it (slot X holds W x + U h); the others have slots U0 ... of their own. They are the last blocks of
    /// <see cref="Input"/> followed by <see cref="OwnRecurrent"/>, in that order.
    /// </summary>
    public string[] Recurrent { get; init; } = [];

    /// <summary>Trained numbers of the whole layer, each kept as the argument of a sigmoid: slots Q0 ... hold their sigmoids.</summary>
    public string[] Scalars { get; init; } = [];

    /// <summary>Fixed numbers of the whole layer: the slots Q after the scalars.</summary>
    public string[] Constants { get; init; } = [];

    /// <summary>The cell has zoneout (Krueger et al. 2017): slot Keep. The constant <c>keep</c> is what a session puts there, 1 - probability.</summary>
    public bool Zoneout { get; init; }

    /// <summary>The cell sees x' (the layer's raw or projected input) beside W x: slot Skip.</summary>
    public bool Skip { get; init; }

    /// <summary>
    /// A cell of two phases: the first one's parts, which are also among this spec's, before those of the second. Its output
    /// is multiplied by the blocks <see cref="Linked"/> of U, or normalised, before the second phase runs. Null for a cell of
    /// one phase.
    /// </summary>
    public CellSpec? First { get; init; }

    /// <summary>Recurrent blocks that multiply the first phase's output instead of h: the last ones.</summary>
    public string[] Linked { get; init; } = [];

    /// <summary>The first phase's output is layer-normalised, and the second phase finds it in slot U0 under this name; null where it is not.</summary>
    public string? Normalised { get; init; }

    /// <summary>The whole of a cell of two phases.</summary>
    internal static CellSpec Join(CellSpec first, CellSpec second) => second with
    {
        Input = [.. first.Input, .. second.Input],
        Vectors = [.. first.Vectors, .. second.Vectors],
        State = [.. second.State.Union(first.State)],
        Recurrent = [.. first.Recurrent, .. second.Recurrent.Where(block => block != second.Normalised)],
        First = first,
    };

    /// <summary>The recurrent blocks with slots of their own.</summary>
    public string[] OwnRecurrent => Array.FindAll(Recurrent, block => !Input.Contains(block));
}
