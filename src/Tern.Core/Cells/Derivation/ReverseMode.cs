namespace Tern.Cells.Derivation;

/// <summary>Reverse-mode differentiation of a trace: every gradient as an expression in the same graph.</summary>
static class ReverseMode
{
    /// <summary>
    /// Given the output's gradient in slot DY and the new states' in DS0, DS1: gradients of inputs (GX, GU), x' (GSkip),
    /// vectors (GP), trained scalars (GQ) and of the states before (DS). <paramref name="adjoints"/> maps nodes to theirs.
    /// </summary>
    public static (string Slot, int Id)[] Differentiate(CellTrace trace, out Dictionary<int, int> adjoints)
    {
        var graph = trace.Graph;
        var spec = trace.Spec;
        var d = adjoints = [];
        Accumulate(trace.Output, Seed("DY", "dy"));
        for (int k = 0; k < trace.States.Length; k++) Accumulate(trace.States[k], Seed("DS" + k, "d" + spec.State[k] + "Next"));
        foreach (int id in graph.Reach(trace.States.Append(trace.Output)).Reverse().ToArray())
        {
            if (!d.TryGetValue(id, out int g)) continue;
            var n = graph[id];
            switch (n.Op)
            {
                case Op.Add:
                    Accumulate(n.A, g);
                    Accumulate(n.B, g);
                    break;
                case Op.Sub:
                    Accumulate(n.A, g);
                    Accumulate(n.B, graph.Neg(g));
                    break;
                case Op.Mul:
                    Accumulate(n.A, graph.Mul(g, n.B));
                    Accumulate(n.B, graph.Mul(g, n.A));
                    break;
                case Op.Div:       // q = a / b: g / b and -(g / b) q
                    int share = graph.Div(g, n.B);
                    Accumulate(n.A, share);
                    Accumulate(n.B, graph.Neg(graph.Mul(share, id)));
                    break;
                case Op.Neg:
                    Accumulate(n.A, graph.Neg(g));
                    break;
                case Op.Sigmoid:   // g s (1 - s)
                    int gs = graph.Mul(g, id);
                    Accumulate(n.A, graph.Sub(gs, graph.Mul(gs, id)));
                    break;
                case Op.Tanh:      // g (1 - t t)
                    Accumulate(n.A, graph.Sub(g, graph.Mul(graph.Mul(g, id), id)));
                    break;
                case Op.WherePositive:
                    Accumulate(n.B, graph.WherePositive(n.A, g, graph.Const(0)));
                    Accumulate(n.C, graph.WherePositive(n.A, graph.Const(0), g));
                    break;
            }
        }
        return
        [
            .. spec.Input.Select((_, k) => ("GX" + k, Of("X" + k))),
            .. spec.OwnRecurrent.Select((_, k) => ("GU" + k, Of("U" + k))),
            .. spec.Skip ? [("GSkip", Of("Skip"))] : Array.Empty<(string, int)>(),
            .. spec.Vectors.Select((_, k) => ("GP" + k, Of("P" + k))),
            .. spec.Scalars.Select((_, k) => ("GQ" + k, Of("Q" + k))),
            .. spec.State.Select((_, k) => ("DS" + k, Of("S" + k))),
        ];

        void Accumulate(int id, int g)
        {
            if (graph[id].Op != Op.Const) d[id] = d.TryGetValue(id, out int sum) ? graph.Add(sum, g) : g;
        }

        int Of(string slot) => d.TryGetValue(graph.Slot(slot), out int g) ? g : graph.Const(0);

        int Seed(string slot, string name)
        {
            int id = graph.Slot(slot);
            graph.Names[id] = name;
            return id;
        }
    }
}
