using Tern.Cells.Derivation;

namespace Tern.FixedPoint;

/// <summary>What a trace looks like where ramps are functions of one operand.</summary>
static class TraceShape
{
    /// <summary>
    /// The input slots that reach a nonlinearity through sums alone: theirs is the nonlinearity's format. True for those that
    /// reach ramps only, which have no table's format.
    /// </summary>
    public static Dictionary<string, bool> Gates(LayerForm form)
    {
        HashSet<string> ramps = [], tables = [], elsewhere = [];
        HashSet<(int, HashSet<string>)> seen = [];
        foreach (int root in (int[])[.. form.States, form.Output]) Visit(root, elsewhere);
        return ramps.Union(tables).Except(elsewhere).ToDictionary(slot => slot, slot => !tables.Contains(slot));

        void Visit(int id, HashSet<string> place)
        {
            if (!seen.Add((id, place))) return;
            Node n = form.Graph[id];
            if (n.Op == Op.Slot) place.Add(n.Slot!);
            HashSet<string> inside = n.Op is Op.Sigmoid or Op.Tanh ? tables : RampPattern.Match(form.Graph, id, out _) ? ramps : n.Op is Op.Add or Op.Sub ? place : elsewhere;
            foreach (int child in Children(form.Graph, id)) Visit(child, inside);
        }
    }

    /// <summary>The operands of a node; of a ramp its x alone.</summary>
    public static IEnumerable<int> Children(ExpressionGraph graph, int id)
    {
        if (RampPattern.Match(graph, id, out RampPattern ramp)) return [ramp.X];
        Node n = graph[id];
        return ((int[])[n.A, n.B, n.C]).Where(child => child >= 0);
    }
}
