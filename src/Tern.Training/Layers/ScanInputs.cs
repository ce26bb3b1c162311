namespace Tern.Training.Layers;

/// <summary>Where each tensor of a call is among the inputs of <see cref="FusedScan"/>; the order of <see cref="ScanTensors.InOrder"/>.</summary>
sealed class ScanInputs
{
    const int FirstOfDirections = 2;      // after x and the state
    readonly int factors, each;
    readonly int? recurrentNorm, stateNorm;

    public ScanInputs(ScanShape shape, ScanTensors tensors)
    {
        factors = shape.Factors;
        each = 2 + factors;
        if (shape.Spec.Scalars.Length > 0) each++;
        if (tensors.RecurrentNorms.Length > 0) recurrentNorm = each++;
        if (tensors.StateNorms.Length > 0) stateNorm = each++;
        int next = FirstOfDirections + each * shape.Directions;
        if (tensors.Skip is not null) Skip = next++;
        if (tensors.Mask is not null) Mask = next++;
        if (tensors.Keep is not null) Keep = next++;
        Count = next;
    }

    /// <summary>All inputs.</summary>
    public int Count { get; }

    /// <summary>x', the variational mask and zoneout's share; null where the call has none.</summary>
    public int? Skip { get; }

    /// <inheritdoc cref="Skip"/>
    public int? Mask { get; }

    /// <inheritdoc cref="Skip"/>
    public int? Keep { get; }

    public int Weight(int direction) => FirstOfDirections + each * direction;

    public int Vectors(int direction) => Weight(direction) + 1;

    /// <summary>The first factor of a recurrent matrix of low rank.</summary>
    public int First(int direction) => Weight(direction) + 2;

    /// <summary>The recurrent matrix, or its second factor.</summary>
    public int Recurrent(int direction) => Weight(direction) + 1 + factors;

    public int Scalars(int direction) => Weight(direction) + 2 + factors;

    /// <summary>Null where U h is not normalised.</summary>
    public int? RecurrentNorm(int direction) => Weight(direction) + recurrentNorm;

    /// <summary>Null where the cell's state is not.</summary>
    public int? StateNorm(int direction) => Weight(direction) + stateNorm;
}
