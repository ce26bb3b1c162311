using System.Globalization;
using System.Text;

namespace Tern.Cells.Derivation;

/// <summary>Prints one block of expressions as statements over T, with fused multiply-adds and shared divisions.</summary>
sealed class BodyPrinter
{
    const string Indent = "        ";

    readonly Block block;
    readonly ExpressionGraph graph;
    readonly Schedule schedule;
    readonly StringBuilder text = new();
    readonly Dictionary<int, string> names = [];
    readonly HashSet<string> used = ["a"];
    int temporaries;

    public BodyPrinter(Block block)
    {
        this.block = block;
        graph = block.Graph;
        schedule = new Schedule(block);
        Print();
    }

    public override string ToString() => text.ToString();

    void Print()
    {
        foreach (int[] row in schedule.Steps.Select(s => s.Id).Where(i => graph[i].Op == Op.Slot).Chunk(6))
        {
            Line($"T {string.Join(", ", row.Select(i => $"{Declare(i)} = a.{graph[i].Slot}"))};");
        }
        string? result = null;
        foreach (var (id, pair) in schedule.Steps)
        {
            if (graph[id].Op is Op.Slot or Op.Const) continue;
            string[] slots = block.Outputs.Where(o => o.Id == id).Select(o => o.Slot).ToArray();
            if (pair >= 0)
            {
                string x = Text(graph[id].A), y = Text(graph[pair].A);
                Line($"T.{(graph[pair].Op == Op.Tanh ? "SigmoidTanh" : "Sigmoid2")}({x}, {y}, out T {Declare(id)}, out T {Declare(pair)});");
                foreach (int sigmoid in (int[])[id, pair]) StoreOutputs(sigmoid);
            }
            else if (slots.Length > 0 || schedule.Uses(id) > 1 || graph.Names.ContainsKey(id))
            {
                bool isResult = slots.Contains("Y");
                string[] stored = slots.Where(s => s != "Y").ToArray();
                string assign = string.Concat(stored.Select(s => $"a.{s} = "));
                string expression = Expression(id);
                if (isResult && stored.Length == 0 && schedule.Uses(id) == 1) { result = expression; continue; }
                bool readAgain = schedule.Uses(id) > stored.Length || stored.Length == 0;
                Line($"{(readAgain ? $"T {Declare(id)} = " : "")}{assign}{expression};");
                if (isResult) result = names[id];
            }
        }
        foreach (var (slot, id) in block.Outputs)
        {
            if (graph[id].Op == Op.Slot) Line($"a.{slot} = {names[id]};");
            if (graph[id].Op == Op.Const) Line($"a.{slot} = {Expression(id)};");
        }
        if (block.Outputs.Any(o => o.Slot == "Y")) Line($"return {result};");
    }

    void StoreOutputs(int id)
    {
        foreach (var (slot, _) in block.Outputs.Where(o => o.Id == id)) Line($"a.{slot} = {names[id]};");
    }

    string Expression(int id)
    {
        var n = graph[id];
        return n.Op switch
        {
            Op.Const => $"T.Const({n.Value.ToString("R", CultureInfo.InvariantCulture)}f)",
            Op.Add when IsInlineProduct(n.B) => $"T.Fma({Text(graph[n.B].A)}, {Text(graph[n.B].B)}, {Text(n.A)})",
            Op.Add when IsInlineProduct(n.A) => $"T.Fma({Text(graph[n.A].A)}, {Text(graph[n.A].B)}, {Text(n.B)})",
            Op.Add => $"{Text(n.A)} + {Text(n.B)}",
            Op.Sub when IsInlineProduct(n.B) => $"T.Fnma({Text(graph[n.B].A)}, {Text(graph[n.B].B)}, {Text(n.A)})",
            Op.Sub => $"{Text(n.A)} - {Factor(n.B)}",
            Op.Mul => $"{Factor(n.A)} * {Factor(n.B)}",
            Op.Div => $"{Factor(n.A)} / {Factor(n.B)}",
            Op.Neg => $"-{Factor(n.A)}",
            Op.WherePositive => $"T.WherePositive({Text(n.A)}, {Text(n.B)}, {Text(n.C)})",
            _ => $"T.{n.Op}({Text(n.A)})",
        };
    }

    string Text(int id) => names.TryGetValue(id, out string? name) ? name : Expression(id);

    string Factor(int id) => !names.ContainsKey(id) && IsInfix(graph[id]) ? $"({Expression(id)})" : Text(id);

    bool IsInfix(Node n) => n.Op switch
    {
        Op.Mul or Op.Div or Op.Neg => true,
        Op.Add => !IsInlineProduct(n.A) && !IsInlineProduct(n.B),
        Op.Sub => !IsInlineProduct(n.B),
        _ => false,
    };

    bool IsInlineProduct(int id) => graph[id].Op == Op.Mul && !names.ContainsKey(id);

    string Declare(int id)
    {
        string name = graph.Names.TryGetValue(id, out string? given) ? given : $"t{++temporaries}";
        if (name is "do" or "in" or "is" or "as" or "if") name = "@" + name;
        while (!used.Add(name)) name += "_";
        return names[id] = name;
    }

    void Line(string statement) => text.Append(Indent).Append(statement).Append('\n');
}
