using Tern.Cells;

namespace Tern.Kernels;

/// <summary>
/// A cell's step for training and its adjoint, derived from <see cref="ICell.Step"/> and printed as C# (Cells/Generated).
/// The counts are literals, so that loops over slots are resolved when the kernel is compiled.
/// </summary>
interface IDerivedKernel
{
    /// <summary>Input blocks.</summary>
    static abstract int Inputs { get; }

    /// <summary>Recurrent blocks with slots of their own.</summary>
    static abstract int Recurrents { get; }

    /// <summary>Slots U behind those, for saved values alone.</summary>
    static abstract int Room { get; }

    /// <summary>Per-unit vectors.</summary>
    static abstract int Vectors { get; }

    /// <summary>Scalars and constants.</summary>
    static abstract int Numbers { get; }

    /// <summary>How many of these are trained: the first ones.</summary>
    static abstract int Scalars { get; }

    /// <summary>States.</summary>
    static abstract int States { get; }

    /// <summary>The gradient of x' is an output of the adjoint.</summary>
    static abstract bool Skip { get; }

    /// <summary>Slots that <see cref="Forward"/> reads.</summary>
    static abstract Slots ForwardReads { get; }

    /// <summary>Input slots that <see cref="Forward"/> overwrites with values (gates) that <see cref="Backward"/> reads there.</summary>
    static abstract Slots Saves { get; }

    /// <summary>Slots that <see cref="Backward"/> reads.</summary>
    static abstract Slots BackwardReads { get; }

    /// <summary>The step; also leaves what <see cref="Saves"/> says in the slots.</summary>
    static abstract T Forward<T>(ref Lane<T> a) where T : struct, ILane<T>;

    /// <summary>The adjoint of the step.</summary>
    static abstract void Backward<T>(ref Adjoint<T> a) where T : struct, ILane<T>;
}
