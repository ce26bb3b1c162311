namespace Tern.Cells.Derivation;

/// <summary>A cell's step as expressions: what the output and the new states are, in terms of the slots.</summary>
sealed class CellTrace
{
    public CellSpec Spec { get; }

    public ExpressionGraph Graph { get; } = new();

    /// <summary>The output h.</summary>
    public int Output { get; private set; }

    /// <summary>The new states, in the spec's order.</summary>
    public int[] States { get; private set; } = [];

    CellTrace(CellSpec spec) => Spec = spec;

    public static CellTrace Of<TCell>() where TCell : struct, ICell
    {
        var trace = new CellTrace(TCell.Spec);
        Symbol.Record(trace.Graph, () =>
        {
            var lane = trace.Slots();
            trace.Output = TCell.Step(ref lane).Id;
            trace.States = new[] { lane.S0.Id, lane.S1.Id }[..trace.Spec.State.Length];
        });
        trace.NameGates();
        for (int k = 0; k < trace.States.Length; k++)
        {
            if (trace.Graph[trace.States[k]].Op != Op.Slot) trace.Graph.Names[trace.States[k]] = trace.Spec.State[k];
        }
        return trace;
    }

    Lane<Symbol> Slots()
    {
        var s = Spec;
        Symbol X(int k) => Named("X", k, s.Input, prefix: "x_");
        Symbol U(int k) => Named("U", k, s.OwnRecurrent, prefix: "u_");
        Symbol P(int k) => Named("P", k, s.Vectors);
        Symbol Q(int k) => Named("Q", k, [.. s.Scalars, .. s.Constants]);
        Symbol S(int k) => Named("S", k, s.State, suffix: "Prev");
        var lane = new Lane<Symbol>
        {
            X0 = X(0), X1 = X(1), X2 = X(2), X3 = X(3), X4 = X(4),
            U0 = U(0), U1 = U(1), U2 = U(2), U3 = U(3),
            P0 = P(0), P1 = P(1), P2 = P(2), P3 = P(3), P4 = P(4), P5 = P(5), P6 = P(6), P7 = P(7),
            Q0 = Q(0), Q1 = Q(1), Q2 = Q(2), Q3 = Q(3),
            S0 = S(0), S1 = S(1),
            Mask = Single("Mask", "mask"),
        };
        if (s.Zoneout) lane.Keep = Single("Keep", "keep");
        if (s.Skip) lane.Skip = Single("Skip", "skip");
        return lane;
    }

    Symbol Named(string kind, int k, string[] names, string prefix = "", string suffix = "") =>
        k < names.Length ? Single(kind + k, prefix + names[k] + suffix) : new(-1);

    Symbol Single(string slot, string name)
    {
        int id = Graph.Slot(slot);
        Graph.Names[id] = name;
        return new(id);
    }

    /// <summary>A gate is named after the one input block inside its activation; the activation of a state after the state.</summary>
    void NameGates()
    {
        var taken = new HashSet<string>(Spec.State);
        foreach (int id in Graph.Reach(States.Append(Output)))
        {
            if (Graph[id].Op is not (Op.Sigmoid or Op.Tanh)) continue;
            var blocks = InputsInside(Graph[id].A);
            string? name = blocks.Count == 1 ? GateName(id, blocks.Single()) : Graph[id].Op == Op.Tanh ? "g" : null;
            if (name != null && taken.Add(name)) Graph.Names[id] = name;
        }
    }

    /// <summary>Where several gates share one block (FastGRNN), each is named after its bias.</summary>
    string GateName(int gate, int block)
    {
        var biases = SlotsInside(Graph[gate].A, 'P').Select(k => Spec.Vectors[k]).Where(v => v.StartsWith("b_", StringComparison.Ordinal)).ToArray();
        return Spec.Input.Length == 1 && biases.Length == 1 ? biases[0][2..] : Spec.Input[block];
    }

    /// <summary>Input blocks that an expression depends on without passing another activation.</summary>
    HashSet<int> InputsInside(int id) => SlotsInside(id, 'X');

    /// <summary>The same for slots of any kind.</summary>
    HashSet<int> SlotsInside(int id, char kind)
    {
        var found = new HashSet<int>();
        Visit(id);
        return found;

        void Visit(int i)
        {
            if (i < 0) return;
            var n = Graph[i];
            if (n.Op == Op.Slot && n.Slot![0] == kind && char.IsAsciiDigit(n.Slot[1])) found.Add(n.Slot[1] - '0');
            if (n.Op is Op.Sigmoid or Op.Tanh) return;
            Visit(n.A);
            Visit(n.B);
            Visit(n.C);
        }
    }
}
