using Tern.Cells;
using Tern.Kernels;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>Sizes of a recurrent layer.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Input">Features of the input of W.</param>
/// <param name="Units">Units a direction.</param>
/// <param name="Directions">1, or 2 for bidirectional.</param>
/// <param name="ProjectSkip">x' is a further block of W x, not the layer's input.</param>
/// <param name="Rank">Rank of the recurrent matrix; 0 for a full one.</param>
sealed record ScanShape(CellVariant Cell, int Input, int Units, int Directions, bool ProjectSkip, int Rank = 0)
{
    public CellSpec Spec { get; } = CellCatalogue.Spec(Cell);

    /// <summary>Blocks of W: the cell's inputs, and the projection for x'.</summary>
    public int Blocks => Spec.Input.Length + (ProjectSkip ? 1 : 0);

    /// <summary>Floats of a row of the recurrent matrix's only or second factor, [recurrent blocks x units, this].</summary>
    public int RecurrentColumns => Rank > 0 ? Rank : Units;

    /// <summary>Factors of the recurrent matrix: 0 for the scan family, 2 where it is of low rank.</summary>
    public int Factors => Spec.Recurrent.Length == 0 ? 0 : Rank > 0 ? 2 : 1;

    /// <summary>The cell takes x' from the layer's input, whose width then is that of the output.</summary>
    public bool RawSkip => Spec.Skip && !ProjectSkip;
}

/// <summary>One call of a recurrent layer: everything beside the tensors that take part in the gradient.</summary>
sealed record ScanCall(ScanShape Shape)
{
    /// <summary>The cell's fixed numbers, in the spec's order.</summary>
    public float[] Constants { get; init; } = [];

    public SequencePadding? Padding { get; init; }

    /// <summary>Return the state after this step of each sequence, [batch], instead of that after the last.</summary>
    public int[]? StateAt { get; init; }

    /// <summary>Where the products W x run; U h is always Tern's.</summary>
    public MatrixProducts Products { get; init; } = MatrixProductsChoice.Current;

    /// <summary>The weights of the call are the products W x themselves, made (and perhaps normalised) by the caller; x serves an unprojected highway alone.</summary>
    public bool GivenProducts { get; init; }
}

/// <summary>The tensors of a call. Weights and vectors: one a direction.</summary>
/// <param name="X">[time, batch, input].</param>
/// <param name="Skip">x' where it is not X itself: [time, batch, directions x units]; else null.</param>
/// <param name="State">Initial state, [directions, batch, states x units].</param>
/// <param name="Weights">[blocks x units, input] each; with <see cref="ScanCall.GivenProducts"/> the products, [time, batch, blocks x units] each.</param>
/// <param name="Vectors">[vectors, units] each.</param>
/// <param name="Mask">Variational mask, [batch, directions x units], or null; it has no gradient.</param>
/// <param name="Keep">Zoneout's share of the new state, [time, batch, directions x units], for cells that have it; it has no gradient.</param>
sealed record ScanTensors(Tensor X, Tensor? Skip, Tensor State, Tensor[] Weights, Tensor[] Vectors, Tensor? Mask = null, Tensor? Keep = null)
{
    /// <summary>Of a cell with a recurrent matrix, one a direction: its factors, [recurrent blocks x units, units], or [rank, units] and [recurrent blocks x units, rank].</summary>
    public Tensor[][] Recurrent { get; init; } = [];

    /// <summary>Weights of the normalisation of U h, [recurrent blocks x units] a direction; none where it is not normalised.</summary>
    public Tensor[] RecurrentNorms { get; init; } = [];

    /// <summary>Weights and biases of the normalisation of the state, [2, units] a direction, for cells that have it.</summary>
    public Tensor[] StateNorms { get; init; } = [];

    /// <summary>Sigmoids of the scalars, [scalars] a direction; none for cells without.</summary>
    public Tensor[] Scalars { get; init; } = [];

    /// <summary>x, state, for each direction weight, vectors, factors, scalars and norms, then x', the mask and zoneout where they are there: the order of the inputs of <see cref="FusedScan"/>.</summary>
    public IEnumerable<Tensor> InOrder()
    {
        yield return X;
        yield return State;
        for (int d = 0; d < Weights.Length; d++)
        {
            yield return Weights[d];
            yield return Vectors[d];
            if (Recurrent.Length > 0)
            {
                foreach (var factor in Recurrent[d]) yield return factor;
            }
            if (Scalars.Length > 0) yield return Scalars[d];
            if (RecurrentNorms.Length > 0) yield return RecurrentNorms[d];
            if (StateNorms.Length > 0) yield return StateNorms[d];
        }
        if (Skip is not null) yield return Skip;
        if (Mask is not null) yield return Mask;
        if (Keep is not null) yield return Keep;
    }
}
