namespace Tern.Cells.Derivation;

/// <summary>An order of evaluation for a block, operands first; sigmoids that do not depend on each other go in pairs, one that is left over with a tanh.</summary>
sealed class Schedule
{
    readonly Dictionary<int, int> uses = [];
    readonly Dictionary<int, int> partner = [];
    readonly HashSet<int> done = [];
    readonly List<(int Id, int Pair)> steps = [];
    readonly ExpressionGraph graph;

    public Schedule(Block block)
    {
        graph = block.Graph;
        int[] roots = block.Outputs.Select(o => o.Id).ToArray();
        int[] nodes = graph.Reach(roots).ToArray();
        foreach (int id in nodes.SelectMany(i => (int[])[graph[i].A, graph[i].B, graph[i].C]).Where(i => i >= 0).Concat(roots))
        {
            uses[id] = Uses(id) + 1;
        }
        PairActivations(nodes);
        foreach (int root in roots) Visit(root);
    }

    /// <summary>Nodes in order; Pair is the second activation of a pair (where one is a tanh, that one), else -1.</summary>
    public IReadOnlyList<(int Id, int Pair)> Steps => steps;

    /// <summary>How often a node's value is read, outputs included.</summary>
    public int Uses(int id) => uses.GetValueOrDefault(id);

    void PairActivations(int[] nodes)
    {
        // Equal depth in activations: neither can depend on the other.
        var depth = new Dictionary<int, int> { [-1] = 0 };
        foreach (int id in nodes)
        {
            var n = graph[id];
            depth[id] = Math.Max(depth[n.A], Math.Max(depth[n.B], depth[n.C])) + (n.Op is Op.Sigmoid or Op.Tanh ? 1 : 0);
        }
        foreach (var level in nodes.Where(i => graph[i].Op is Op.Sigmoid or Op.Tanh).GroupBy(i => depth[i]))
        {
            var sigmoids = level.Where(i => graph[i].Op == Op.Sigmoid).ToList();
            if (sigmoids.Count % 2 == 1) sigmoids.AddRange(level.Where(i => graph[i].Op == Op.Tanh).Take(1));
            foreach (int[] pair in sigmoids.Chunk(2).Where(p => p.Length == 2))
            {
                partner[pair[0]] = pair[1];
                partner[pair[1]] = pair[0];
            }
        }
    }

    void Visit(int id)
    {
        if (id < 0 || done.Contains(id)) return;
        if (partner.TryGetValue(id, out int other))
        {
            var (first, second) = graph[Math.Min(id, other)].Op == Op.Sigmoid ? (Math.Min(id, other), Math.Max(id, other)) : (Math.Max(id, other), Math.Min(id, other));
            Visit(graph[first].A);
            Visit(graph[second].A);
            done.Add(first);
            done.Add(second);
            steps.Add((first, second));
            return;
        }
        Visit(graph[id].A);
        Visit(graph[id].B);
        Visit(graph[id].C);
        done.Add(id);
        steps.Add((id, -1));
    }
}
