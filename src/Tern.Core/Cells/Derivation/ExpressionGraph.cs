namespace Tern.Cells.Derivation;

enum Op { Slot, Const, Add, Sub, Mul, Div, Neg, Sigmoid, Tanh, WherePositive }

/// <summary>One expression. A, B, C are operands by number, -1 where there is none; a slot has a name, a constant a value.</summary>
readonly record struct Node(Op Op, int A = -1, int B = -1, int C = -1, float Value = 0, string? Slot = null);

/// <summary>Expressions with shared subexpressions: equal nodes are one node; constants and signs fold as nodes are made.</summary>
sealed class ExpressionGraph
{
    readonly List<Node> nodes = [];
    readonly Dictionary<Node, int> ids = [];

    /// <summary>Names for generated code: the paper's letters where a node has one.</summary>
    public Dictionary<int, string> Names { get; } = [];

    public Node this[int id] => nodes[id];

    public int Slot(string slot) => Put(new(Op.Slot, Slot: slot));

    public int Const(float value) => Put(new(Op.Const, Value: value));

    public int Function(Op op, int a) => Put(new(op, a));

    public int Neg(int a) => nodes[a] switch
    {
        { Op: Op.Const } n => Const(-n.Value),
        { Op: Op.Neg } n => n.A,
        { Op: Op.Sub } n => Sub(n.B, n.A),
        _ => Put(new(Op.Neg, a)),
    };

    public int Add(int a, int b)
    {
        if (IsConst(a, 0)) return b;
        if (IsConst(b, 0)) return a;
        if (BothConst(a, b)) return Const(nodes[a].Value + nodes[b].Value);
        if (nodes[b].Op == Op.Neg) return Sub(a, nodes[b].A);
        if (nodes[a].Op == Op.Neg) return Sub(b, nodes[a].A);
        return Put(new(Op.Add, Math.Min(a, b), Math.Max(a, b)));
    }

    public int Sub(int a, int b)
    {
        if (IsConst(b, 0)) return a;
        if (IsConst(a, 0)) return Neg(b);
        if (a == b) return Const(0);
        if (BothConst(a, b)) return Const(nodes[a].Value - nodes[b].Value);
        if (nodes[b].Op == Op.Neg) return Add(a, nodes[b].A);
        return Put(new(Op.Sub, a, b));
    }

    public int Mul(int a, int b)
    {
        if (IsConst(a, 0) || IsConst(b, 0)) return Const(0);
        if (IsConst(a, 1)) return b;
        if (IsConst(b, 1)) return a;
        if (BothConst(a, b)) return Const(nodes[a].Value * nodes[b].Value);
        if (nodes[a].Op == Op.Neg) return Neg(Mul(nodes[a].A, b));
        if (nodes[b].Op == Op.Neg) return Neg(Mul(a, nodes[b].A));
        return Put(new(Op.Mul, Math.Min(a, b), Math.Max(a, b)));
    }

    public int Div(int a, int b)
    {
        if (IsConst(a, 0) || IsConst(b, 1)) return a;
        if (nodes[a].Op == Op.Neg) return Neg(Div(nodes[a].A, b));
        return Put(new(Op.Div, a, b));
    }

    public int WherePositive(int x, int a, int b) => a == b ? a : Put(new(Op.WherePositive, x, a, b));

    /// <summary>The nodes that the roots need, operands first.</summary>
    public IEnumerable<int> Reach(IEnumerable<int> roots)
    {
        var seen = new SortedSet<int>();   // operands have smaller numbers
        foreach (int root in roots) Visit(root);
        return seen;

        void Visit(int id)
        {
            if (id < 0 || !seen.Add(id)) return;
            Visit(nodes[id].A);
            Visit(nodes[id].B);
            Visit(nodes[id].C);
        }
    }

    /// <summary>The same graph with some nodes replaced by slots: what they were computed from is no longer needed.</summary>
    public int[] CopyTo(ExpressionGraph target, IEnumerable<int> roots, Dictionary<int, int> map)
    {
        return roots.Select(Copy).ToArray();

        int Copy(int id)
        {
            if (id < 0) return -1;
            if (map.TryGetValue(id, out int known)) return known;
            var n = nodes[id];
            int copy = n.Op switch
            {
                Op.Slot => target.Slot(n.Slot!),
                Op.Const => target.Const(n.Value),
                Op.Add => target.Add(Copy(n.A), Copy(n.B)),
                Op.Sub => target.Sub(Copy(n.A), Copy(n.B)),
                Op.Mul => target.Mul(Copy(n.A), Copy(n.B)),
                Op.Div => target.Div(Copy(n.A), Copy(n.B)),
                Op.Neg => target.Neg(Copy(n.A)),
                Op.WherePositive => target.WherePositive(Copy(n.A), Copy(n.B), Copy(n.C)),
                _ => target.Function(n.Op, Copy(n.A)),
            };
            if (Names.TryGetValue(id, out string? name)) target.Names.TryAdd(copy, name);
            return map[id] = copy;
        }
    }

    bool IsConst(int id, float value) => nodes[id] is { Op: Op.Const } n && n.Value == value;

    bool BothConst(int a, int b) => nodes[a].Op == Op.Const && nodes[b].Op == Op.Const;

    int Put(Node node)
    {
        if (!ids.TryGetValue(node, out int id))
        {
            ids[node] = id = nodes.Count;
            nodes.Add(node);
        }
        return id;
    }
}
