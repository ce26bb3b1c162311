using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>What an instruction reads.</summary>
static class PointwiseOperands
{
    public static IEnumerable<Operand> Operands(this Instruction i) => i.Op switch
    {
        PointwiseOp.Load or PointwiseOp.Parameter => [],
        PointwiseOp.Sigmoid or PointwiseOp.Tanh or PointwiseOp.Ramp => [i.A],
        PointwiseOp.Select => [i.A, i.B, i.C],
        _ => [i.A, i.B],
    };
}
