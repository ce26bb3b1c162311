using Tern.Cells.Derivation;

namespace Tern.FixedPoint;

/// <summary>A nonlinearity in three pieces inside a trace: slope (x + offset) held between low and high (quantTanh, quantSigm, quantSigm4).</summary>
readonly record struct RampPattern(int X, double Offset, double Slope, double Low, double High)
{
    /// <summary>Whether a node is x &gt; a ? high : x &gt; -b ? slope (x + offset) : low, without a jump, with a slope that is a power of two.</summary>
    public static bool Match(ExpressionGraph graph, int id, out RampPattern ramp)
    {
        ramp = default;
        if (graph[id] is not { Op: Op.WherePositive } outer || graph[outer.C] is not { Op: Op.WherePositive } inner) return false;
        if (!Constant(graph, outer.B, out double high) || !Constant(graph, inner.C, out double low)) return false;
        if (!Shifted(graph, outer.A, out int x, out double a) || !Shifted(graph, inner.A, out int same, out double b) || x != same) return false;
        double slope = 1, offset = 0;
        int line = inner.B;
        if (line != x)
        {
            if (graph[line] is not { Op: Op.Mul } product) return false;
            if (Constant(graph, product.A, out slope)) line = product.B;
            else if (Constant(graph, product.B, out slope)) line = product.A;
            else return false;
            if (!Shifted(graph, line, out int under, out offset) || under != x) return false;
        }
        ramp = new(x, offset, slope, low, high);
        return slope > 0 && double.IsPow2(slope) && slope * (offset - a) == high && slope * (offset - b) == low && low < high;
    }

    /// <summary>x + by.</summary>
    static bool Shifted(ExpressionGraph graph, int id, out int x, out double by)
    {
        Node n = graph[id];
        (x, by) = (id, 0);
        if (n.Op == Op.Add && Constant(graph, n.B, out by)) { x = n.A; return true; }
        if (n.Op == Op.Add && Constant(graph, n.A, out by)) { x = n.B; return true; }
        if (n.Op == Op.Sub && Constant(graph, n.B, out by)) { (x, by) = (n.A, -by); return true; }
        return false;
    }

    static bool Constant(ExpressionGraph graph, int id, out double value)
    {
        value = graph[id].Value;
        return graph[id].Op == Op.Const;
    }
}
