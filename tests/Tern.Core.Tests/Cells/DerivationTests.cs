using Tern.Cells;
using Tern.Cells.Derivation;
using Xunit;

namespace Tern.Core.Tests.Cells;

/// <summary>The derived adjoint of a step against differences of the step, in double precision: for the catalogue and for cells with recurrent blocks and scalars.</summary>
public sealed class DerivationTests
{
    public static TheoryData<string> Catalogue => [.. CellCatalogue.Variants.Select(v => v.ToString())];

    [Theory, MemberData(nameof(Catalogue))]
    public void Adjoint_equals_differences(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        CellCatalogue.Visit(variant, new CheckVisitor());
        if (CellCatalogue.HasFirstPhase(variant)) CellCatalogue.VisitFirst(variant, new CheckVisitor());
    }

    [Fact]
    public void Adjoint_of_a_cell_with_recurrent_blocks_equals_differences() => Check<GruStep>();

    [Fact]
    public void Adjoint_of_a_cell_with_scalars_equals_differences() => Check<GatedStep>();

    [Fact]
    public void Equal_expressions_are_one_node_and_constants_fold()
    {
        var graph = new ExpressionGraph();
        int x = graph.Slot("X0"), y = graph.Slot("X1");
        Assert.Equal(graph.Add(x, y), graph.Add(y, x));
        Assert.Equal(x, graph.Mul(graph.Const(1), x));
        Assert.Equal(graph.Const(0), graph.Sub(x, x));
        Assert.Equal(graph.Sub(y, x), graph.Neg(graph.Sub(x, y)));
        Assert.Equal(graph.Const(6), graph.Mul(graph.Const(2), graph.Const(3)));
    }

    readonly struct CheckVisitor : ICellVisitor<bool>
    {
        public bool Visit<TCell>() where TCell : struct, ICell
        {
            Check<TCell>();
            return true;
        }
    }

    static void Check<TCell>() where TCell : struct, ICell
    {
        var cell = DerivedCell.Of<TCell>();
        var spec = cell.Spec;
        var random = new Random(7);
        for (int trial = 0; trial < 5; trial++)
        {
            var slots = cell.Forward.Graph.Reach(cell.Forward.Outputs.Select(o => o.Id)).Where(i => cell.Forward.Graph[i].Op == Op.Slot)
                .Select(i => cell.Forward.Graph[i].Slot!).ToDictionary(s => s, _ => random.NextDouble() * 2 - 1);
            string[] outputs = ["Y", .. spec.State.Select((_, k) => "S" + k)];
            double[] weights = [.. outputs.Select(_ => random.NextDouble() * 2 - 1)];
            double Loss(Dictionary<string, double> at) => outputs.Zip(weights).Sum(o => o.Second * Evaluate(cell.Forward, at)[o.First]);

            // What the backward finds in memory: the forward's slots, overwritten by what it saved; new states; gradients.
            var forward = Evaluate(cell.Forward, slots);
            var memory = new Dictionary<string, double>(slots) { ["DY"] = weights[0] };
            foreach (string saved in cell.Saved) memory[saved] = forward[saved];
            for (int k = 0; k < spec.State.Length; k++) (memory["N" + k], memory["DS" + k]) = (forward["S" + k], weights[k + 1]);
            var gradients = Evaluate(cell.Backward, memory);

            foreach (var (slot, value) in slots.Where(s => s.Key is not ("Mask" or "Keep") && !IsConstant(spec, s.Key)))
            {
                const double step = 1e-6;
                double difference = (Loss(new(slots) { [slot] = value + step }) - Loss(new(slots) { [slot] = value - step })) / (2 * step);
                double gradient = gradients[slot[0] == 'S' && slot != "Skip" ? "D" + slot : "G" + slot];
                Assert.True(Math.Abs(gradient - difference) < 1e-7, $"{spec.Name}: gradient of {slot} is {gradient}, differences give {difference}");
            }
        }
    }

    static bool IsConstant(CellSpec spec, string slot) => slot[0] == 'Q' && slot[1] - '0' >= spec.Scalars.Length;

    static Dictionary<string, double> Evaluate(Block block, Dictionary<string, double> slots)
    {
        var values = new Dictionary<int, double>();
        foreach (int id in block.Graph.Reach(block.Outputs.Select(o => o.Id)))
        {
            var n = block.Graph[id];
            double A() => values[n.A];
            double B() => values[n.B];
            values[id] = n.Op switch
            {
                Op.Slot => slots[n.Slot!],
                Op.Const => n.Value,
                Op.Add => A() + B(),
                Op.Sub => A() - B(),
                Op.Mul => A() * B(),
                Op.Div => A() / B(),
                Op.Neg => -A(),
                Op.Sigmoid => 1 / (1 + Math.Exp(-A())),
                Op.Tanh => Math.Tanh(A()),
                Op.WherePositive => A() > 0 ? B() : values[n.C],
                _ => throw new InvalidOperationException($"{n.Op} has no value here"),
            };
        }
        return block.Outputs.ToDictionary(o => o.Slot, o => values[o.Id]);
    }

    /// <summary>A GRU's step: three recurrent blocks, a tanh candidate.</summary>
    readonly struct GruStep : ICell
    {
        public static CellSpec Spec { get; } = new("GruStep", ["r", "z", "n"], ["b_r", "b_z", "b_n", "b_hn"], ["h"]) { Recurrent = ["u_r", "u_z", "u_n"] };

        public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
        {
            T r = T.Sigmoid(a.X0 + a.U0 + a.P0), z = T.Sigmoid(a.X1 + a.U1 + a.P1), n = T.Tanh(a.X2 + a.P2 + r * (a.U2 + a.P3));
            return a.S0 = n + z * (a.S0 - n);
        }
    }

    /// <summary>A gate and a candidate of one product, mixed by two trained scalars and a fixed one.</summary>
    readonly struct GatedStep : ICell
    {
        public static CellSpec Spec { get; } = new("GatedStep", ["w"], ["b_z", "b_h"], ["h"]) { Recurrent = ["u"], Scalars = ["zeta", "nu"], Constants = ["k"] };

        public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
        {
            T pre = a.X0 + a.U0, z = T.Sigmoid(pre + a.P0), h = T.Tanh(pre + a.P1);
            return a.S0 = (T.Sigmoid(a.Q0) * (T.Const(1) - z) + T.Sigmoid(a.Q1)) * h + a.Q2 * z * a.S0;
        }
    }
}
