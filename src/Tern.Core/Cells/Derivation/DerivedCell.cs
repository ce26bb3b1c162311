namespace Tern.Cells.Derivation;

/// <summary>Expressions and the slots that they go to.</summary>
sealed record Block(ExpressionGraph Graph, (string Slot, int Id)[] Outputs)
{
    /// <summary>The slots that the expressions read.</summary>
    public IEnumerable<string> Reads => Graph.Reach(Outputs.Select(o => o.Id)).Where(i => Graph[i].Op == Op.Slot).Select(i => Graph[i].Slot!);
}

/// <summary>
/// The training kernels of a cell, derived from its trace: a forward that leaves its gates in input slots that nothing
/// else needs, and the adjoint by reverse-mode differentiation, which reads them there. States are always at hand.
/// </summary>
sealed class DerivedCell
{
    public required CellSpec Spec { get; init; }

    /// <summary>The step, with slot "Y" for the output.</summary>
    public required Block Forward { get; init; }

    /// <summary>The adjoint.</summary>
    public required Block Backward { get; init; }

    /// <summary>Slots that the forward overwrites for the backward.</summary>
    public required string[] Saved { get; init; }

    /// <summary>Slots U behind the cell's own that are there for saved gates alone: where a recurrent cell has more gates than blocks.</summary>
    public int Room => Saved.Count(s => s[0] == 'U' && s[1] - '0' >= Spec.OwnRecurrent.Length);

    public static DerivedCell Of<TCell>() where TCell : struct, ICell => Of(CellTrace.Of<TCell>());

    public static DerivedCell Of(CellTrace trace)
    {
        var graph = trace.Graph;
        var gradients = ReverseMode.Differentiate(trace, out var adjoints);
        var results = gradients.Select(g => g.Id).ToArray();

        // What the backward may load instead of computing.
        var backward = new ExpressionGraph();
        var known = new Dictionary<int, int>();
        for (int k = 0; k < trace.States.Length; k++)
        {
            // A state that a first phase only hands on is written by the second.
            if (graph[trace.States[k]].Op != Op.Slot) known[trace.States[k]] = NamedSlot(backward, "N" + k, trace.Spec.State[k]);
        }
        var saves = new List<(string Slot, int Id)>();
        var needed = NeededWith(graph, results, known);
        var gates = needed.Where(i => graph[i].Op is Op.Sigmoid or Op.Tanh && !DependsOnlyOn(graph, graph[i].A, known)).ToArray();
        var saved = known.Concat(gates.Select(g => KeyValuePair.Create(g, 0))).ToDictionary();
        var stillRead = NeededWith(graph, results, saved).Where(i => graph[i].Op == Op.Slot).Select(i => graph[i].Slot!).ToHashSet();
        var free = InputSlots(trace.Spec).Where(s => !stillRead.Contains(s)).ToList();
        foreach (int gate in gates)
        {
            if (free.Count == 0) break;   // the rest is computed again, of what is still there
            string slot = free.Find(s => graph.Names.GetValueOrDefault(gate) == BlockName(trace.Spec, s)) ?? free[0];
            free.Remove(slot);
            saves.Add((slot, gate));
            known[gate] = NamedSlot(backward, slot, graph.Names.GetValueOrDefault(gate, "saved"));
        }

        var outputs = graph.CopyTo(backward, results, new(known));
        NameAdjoints(graph, backward, adjoints, known);
        return new DerivedCell
        {
            Spec = trace.Spec,
            Forward = new(graph, [.. trace.States.Select((id, k) => ("S" + k, id)), ("Y", trace.Output), .. saves]),
            Backward = new(backward, gradients.Select((g, k) => (g.Slot, outputs[k])).ToArray()),
            Saved = saves.Select(s => s.Slot).ToArray(),
        };
    }

    static int NamedSlot(ExpressionGraph graph, string slot, string name)
    {
        int id = graph.Slot(slot);
        graph.Names[id] = name;
        return id;
    }

    static IEnumerable<string> InputSlots(CellSpec spec) =>
        spec.Input.Select((_, k) => "X" + k).Concat(Enumerable.Range(0, spec.Recurrent.Length == 0 ? 0 : 4).Select(k => "U" + k));

    static string? BlockName(CellSpec spec, string slot) => (slot[0] == 'X' ? spec.Input : spec.OwnRecurrent).ElementAtOrDefault(slot[1] - '0');

    /// <summary>The nodes that the roots need when the nodes in <paramref name="known"/> are given.</summary>
    static SortedSet<int> NeededWith(ExpressionGraph graph, IEnumerable<int> roots, IReadOnlyDictionary<int, int> known)
    {
        var seen = new SortedSet<int>();
        foreach (int root in roots) Visit(root);
        return seen;

        void Visit(int id)
        {
            if (id < 0 || known.ContainsKey(id) || !seen.Add(id)) return;
            Visit(graph[id].A);
            Visit(graph[id].B);
            Visit(graph[id].C);
        }
    }

    /// <summary>True for g(c): one activation of what is at hand is cheaper than memory.</summary>
    static bool DependsOnlyOn(ExpressionGraph graph, int id, IReadOnlyDictionary<int, int> known) =>
        known.ContainsKey(id) || graph[id].Op == Op.Const;

    /// <summary>The adjoint of a named value x is called dx in the printed code.</summary>
    static void NameAdjoints(ExpressionGraph graph, ExpressionGraph backward, Dictionary<int, int> adjoints, Dictionary<int, int> known)
    {
        foreach (var (value, adjoint) in adjoints.OrderBy(a => a.Key))
        {
            if (!graph.Names.TryGetValue(value, out string? name)) continue;
            int copy = graph.CopyTo(backward, [adjoint], new(known))[0];
            if (backward[copy].Op is not (Op.Slot or Op.Const)) backward.Names.TryAdd(copy, "d" + name);
        }
    }
}
