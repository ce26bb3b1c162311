using Tern.Export.C.Assembly;
using Tern.Export.C.Avr;
using Tern.Export.C.Thumb;
using Tern.FixedPoint;

namespace Tern.Export.C.Costs;

/// <summary>
/// Adds up what an export takes: assembly is printed and counted instruction by instruction, C by its pieces, tables as the
/// compiler lays them.
/// </summary>
sealed class CostModel
{
    readonly CModel model;
    readonly CTarget target;
    double bytes, cycles;

    CostModel(CModel model) => (this.model, target) = (model, model.Options.Target);

    public static CCost Of(CModel model)
    {
        CostModel cost = new(model);
        cost.Functions();
        foreach (FixedOperation operation in model.Network.Operations.Where(model.InC)) cost.Operation(operation);
        cost.Helpers();
        cost.Tables();
        if (model.IsAvr) cost.Assembly(AvrSource.Count(model));
        if (model.IsThumb) cost.Assembly(ThumbSource.Count(model));
        bool known = model.IsAvr || model.IsThumb;
        return new((int)Math.Round(cost.bytes), model.StateBytes, CBudget.Stack(model), known ? (long)Math.Round(cost.cycles) : 0);
    }

    void Add(CPiece piece, double runs = 1, bool written = true)
    {
        (double size, double time) = CPieces.Of(piece, target);
        if (written) bytes += size;
        cycles += time * runs;
    }

    void Assembly((int Bytes, long Cycles) counted)
    {
        bytes += counted.Bytes;
        cycles += counted.Cycles;
    }

    void Shift(int by, int runs)
    {
        if (by % 8 > 0) Add(CPiece.ShiftBit, (long)by * runs, written: false);
    }

    void Functions()
    {
        Add(CPiece.Functions);
        foreach (FixedVector _ in model.States) Add(CPiece.State, 0);
        foreach (AssemblyRun _ in AssemblyRun.Of(model)) Add(CPiece.Call);
    }

    void Operation(FixedOperation operation)
    {
        switch (operation)
        {
            case NormalizeOperation { Mean: null } input: Add(CPiece.Input, input.To.Length); break;
            case NormalizeOperation input:
                Add(CPiece.Normalize, input.To.Length);
                Add(CPiece.NormalizeBit, input.Shift.Sum(shift => shift));
                break;
            case WindowOperation window: Add(CPiece.Window, window.From.Length + 2 * window.Before.Length); break;
            case MaxPoolOperation pool: Add(CPiece.Max, pool.To.Length); break;
            case MeanPoolOperation pool: Add(CPiece.Mean, pool.To.Length); break;
            case ProductOperation product: Product(product); break;
            case PointwiseOperation pointwise: Pointwise(pointwise.Program); break;
        }
    }

    void Product(ProductOperation product)
    {
        FixedMatrix matrix = product.Matrix;
        Add(CPiece.Row, matrix.Rows);
        Shift(product.Shift, matrix.Rows);
        Add(Weight(matrix), matrix.IsSparse ? matrix.Kept : matrix.Values.Length, written: false);
        if (product.Multipliers is not null) Add(CPiece.Multiplier, matrix.Rows);
        if (product.LimitsQuotient && (product.Multipliers is not null || product.Add)) Add(CPiece.RowLimit, matrix.Rows);
        if (product.Add) Add(CPiece.Add, matrix.Rows);
        if (product.Saturates) Add(CPiece.RowLimit, matrix.Rows);
    }

    static CPiece Weight(FixedMatrix matrix) => (matrix.IsSparse, matrix.Bits) switch { (false, 8) => CPiece.Weight8, (false, _) => CPiece.Weight16, (true, 8) => CPiece.Listed8, _ => CPiece.Listed16 };

    void Pointwise(PointwiseProgram program)
    {
        Add(CPiece.Unit, program.Units);
        foreach (Instruction i in program.Instructions)
        {
            Add(i.Op switch
            {
                PointwiseOp.Load => CPiece.Load,
                PointwiseOp.Parameter => CPiece.Parameter,
                PointwiseOp.Multiply => CPiece.Multiply,
                PointwiseOp.Add or PointwiseOp.Subtract => CPiece.Sum,
                PointwiseOp.Ramp => CPiece.Ramp,
                PointwiseOp.Sigmoid or PointwiseOp.Tanh => CPiece.Sigmoid,
                _ => CPiece.Select,
            }, program.Units);
            foreach (int by in i.Op == PointwiseOp.Ramp ? (int[])[i.Shift] : [i.Shift, i.ShiftA, i.ShiftB]) Shift(by, program.Units);
            if (i.Op is PointwiseOp.Add or PointwiseOp.Subtract && i.ShiftA + i.ShiftB + i.Shift > 0) Add(CPiece.Shift, program.Units);
            if (i.Limits) Add(CPiece.Limit, program.Units);
        }
        Add(CPiece.Store, program.Units * program.Stores.Count);
    }

    /// <summary>The functions that the pieces share.</summary>
    void Helpers()
    {
        foreach (CPiece weight in model.RowByRow.Select(Weight).Distinct()) Add(weight, 0);
        Instruction[] instructions = [.. model.Pointwise.Where(model.InC).SelectMany(pointwise => pointwise.Program.Instructions)];
        if (Array.Exists(instructions, i => i.Limits)) Add(CPiece.LimitFunction, 0);
        if (Array.Exists(instructions, i => i.Op == PointwiseOp.Ramp)) Add(CPiece.RampFunction, 0);
        if (Array.Exists(instructions, i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh)) Add(CPiece.SigmoidFunction, 0);
    }

    /// <summary>Tables of C; those of assembly are counted with it.</summary>
    void Tables()
    {
        int aligned = model.IsAvr ? 1 : 4;
        HeadOperation head = model.Network.Head;
        Table(4 * head.Bias.Length);
        foreach (FixedMatrix matrix in model.RowByRow)
        {
            int weight = matrix.Bits / 8;
            Table(weight * Math.Max(1, matrix.IsSparse ? matrix.Kept : matrix.Values.Length));
            if (!matrix.IsSparse) continue;
            Table(Math.Max(1, matrix.Kept));
            Table(matrix.Rows);
        }
        foreach (ProductOperation product in model.Products)
        {
            if (product.Multipliers is { Length: > 1 } multipliers) Table(2 * multipliers.Length);
        }
        foreach (PointwiseOperation pointwise in model.Pointwise.Where(model.InC))
        {
            foreach (FixedParameter parameter in CPointwise.Parameters(pointwise).Distinct()) Table(2 * parameter.Values.Length);
        }
        if (model.Pointwise.Where(model.InC).Any(pointwise => pointwise.Program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh))) Table(2 * SigmoidTable.Values.Length);
        if (model.Network.Input.Mean is { } mean)
        {
            Table(2 * mean.Length);
            Table(2 * mean.Length);
            Table(mean.Length);
        }

        void Table(int size) => bytes += (size + aligned - 1) / aligned * aligned;
    }
}
