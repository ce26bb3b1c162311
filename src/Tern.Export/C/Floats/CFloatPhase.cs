using Tern.Cells;
using Tern.Cells.Derivation;
using Tern.FixedPoint;

namespace Tern.Export.C.Floats;

/// <summary>One phase of a cell's step, from its trace, with the layer's numbers in place and without dropout.</summary>
sealed class CFloatPhase
{
    readonly ExpressionGraph graph = new();
    readonly int[] roots;

    /// <param name="trace">The phase's trace.</param>
    /// <param name="numbers">Values of the slots Q0 ...: sigmoids of the scalars, then constants.</param>
    /// <param name="keep">Zoneout's expected share of the new state.</param>
    public CFloatPhase(CellTrace trace, IReadOnlyList<float> numbers, float keep)
    {
        Spec = trace.Spec;
        Dictionary<int, int> known = new() { [trace.Graph.Slot("Mask")] = graph.Const(1), [trace.Graph.Slot("Keep")] = graph.Const(keep) };
        for (int k = 0; k < numbers.Count; k++) known[trace.Graph.Slot("Q" + k)] = graph.Const(numbers[k]);
        roots = trace.Graph.CopyTo(graph, [.. trace.States, trace.Output], known);
    }

    public CellSpec Spec { get; }

    /// <summary>Whether the output is the new first state.</summary>
    public bool OutputIsState => roots[^1] == roots[0];

    /// <summary>Functions of the trace.</summary>
    public IEnumerable<Op> Functions => graph.Reach(roots).Select(id => graph[id].Op).Where(op => op is Op.Sigmoid or Op.Tanh);

    /// <summary>The loop over the units.</summary>
    /// <param name="model">The export.</param>
    /// <param name="text">Gets it.</param>
    /// <param name="units">How many.</param>
    /// <param name="load">Where a slot is read, with i for the unit.</param>
    /// <param name="states">Where each new state goes.</param>
    /// <param name="output">Where the output goes; null where it is the first state.</param>
    public void Print(CFloatModel model, CText text, int units, Func<string, string> load, IReadOnlyList<string> states, string? output)
    {
        int[] nodes = [.. graph.Reach(roots)];
        Dictionary<int, int> uses = nodes.SelectMany(id => (int[])[graph[id].A, graph[id].B, graph[id].C]).Concat(roots).Where(id => id >= 0).GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        HashSet<string> taken = ["i", "x", "state", "if", "do", "for", "int", "char", "case"];
        Dictionary<int, string> values = [];
        int count = 0;
        text.Line($"for (i = 0; i < {units}; i++) {{");
        foreach (int id in nodes.OrderBy(id => graph[id].Op != Op.Slot))      // what is read stands first
        {
            Node n = graph[id];
            string expression = n.Op switch
            {
                Op.Slot => load(n.Slot!),
                Op.Const => CFloatText.Operand(n.Value),
                Op.Add => $"{values[n.A]} + {values[n.B]}",
                Op.Sub => $"{values[n.A]} - {values[n.B]}",
                Op.Mul => $"{values[n.A]} * {values[n.B]}",
                Op.Div => $"{values[n.A]} / {values[n.B]}",
                Op.Neg => $"-{values[n.A]}",
                Op.Sigmoid => $"{model.Name}_sigmoid({Inner(values[n.A])})",
                Op.Tanh => $"tanhf({Inner(values[n.A])})",
                _ => $"{values[n.A]} > 0.0f ? {values[n.B]} : {values[n.C]}",
            };
            bool inline = n.Op == Op.Const || (n.Op is Op.Add or Op.Sub or Op.Mul or Op.Div or Op.Neg or Op.WherePositive && uses[id] == 1 && !graph.Names.ContainsKey(id));
            if (!inline) text.Line($"const float {values[id] = Name(id)} = {expression};");
            else values[id] = n.Op == Op.Const ? expression : $"({expression})";
        }
        for (int k = 0; k < states.Count; k++)
            if (graph[roots[k]].Op != Op.Slot) text.Line($"{states[k]}[i] = {Inner(values[roots[k]])};");
        if (output is not null) text.Line($"{output}[i] = {Inner(values[roots[^1]])};");
        text.Line("}");

        string Name(int id)
        {
            string name = graph.Names.TryGetValue(id, out string? given) ? CName.Of(given) : $"t{++count}";
            while (!taken.Add(name)) name = given is null ? $"t{++count}" : name + "_";
            return name;
        }
    }

    /// <summary>Without brackets around the whole: an inlined expression is the one that has them.</summary>
    static string Inner(string value) => value[0] == '(' ? value[1..^1] : value;

    /// <summary>Traces a cell.</summary>
    public readonly struct Tracer : ICellVisitor<CellTrace>
    {
        public CellTrace Visit<TCell>() where TCell : struct, ICell => CellTrace.Of<TCell>();
    }
}
