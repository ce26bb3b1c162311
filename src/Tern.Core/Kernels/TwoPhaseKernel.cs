using Tern.Cells;

namespace Tern.Kernels;

/// <summary>Where a phase of a cell finds its parts among those of the whole cell.</summary>
/// <param name="Step">The phase's step.</param>
/// <param name="Block">Its first block of W x.</param>
/// <param name="Vector">Its first vector.</param>
/// <param name="State">Its state.</param>
readonly record struct Phase(StepKernel Step, int Block, int Vector, int State);

/// <summary>
/// A cell of two phases: counts are those of the whole cell, and the scan runs the phases one after the other, with the
/// product or normalisation of the first one's output between them. Each phase has one state; the scalars and constants are the second's.
/// </summary>
sealed class TwoPhaseKernel : StepKernel
{
    readonly StepKernel first, second;

    public TwoPhaseKernel(CellSpec spec, StepKernel first, StepKernel second)
    {
        (this.first, this.second) = (first, second);
        States = spec.State.Length;
        First = new(first, 0, 0, Array.IndexOf(spec.State, spec.First!.State[0]));
        Second = new(second, first.Inputs, first.Vectors, 0);
    }

    public Phase First { get; }

    public Phase Second { get; }

    public override int Inputs => first.Inputs + second.Inputs;
    public override int Recurrents => second.Recurrents;
    public override int Room => second.Room;
    public override int States { get; }
    public override int Vectors => first.Vectors + second.Vectors;
    public override int Numbers => second.Numbers;
    public override int Scalars => second.Scalars;
    public override bool Skip => second.Skip;

    public override void Forward(ref StepArgs args) => throw new InvalidOperationException("The phases run one by one.");

    public override void Backward(ref StepArgs args) => throw new InvalidOperationException("The phases run one by one.");
}
