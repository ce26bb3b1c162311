namespace Tern.Cells.Derivation;

/// <summary>Arithmetic that records instead of computing: a cell's step run on symbols is its trace.</summary>
readonly record struct Symbol(int Id) : IReal<Symbol>
{
    /// <summary>The graph that this thread records into; static since a step's arithmetic has no place for an instance.</summary>
    [ThreadStatic] static ExpressionGraph? recording;

    static ExpressionGraph Graph => recording ?? throw new InvalidOperationException("Symbols exist only inside Symbol.Record.");

    /// <summary>Runs <paramref name="body"/> with symbols recorded into <paramref name="graph"/>.</summary>
    public static void Record(ExpressionGraph graph, Action body)
    {
        recording = graph;
        try { body(); }
        finally { recording = null; }
    }

    public static Symbol operator +(Symbol a, Symbol b) => new(Graph.Add(a.Id, b.Id));
    public static Symbol operator -(Symbol a, Symbol b) => new(Graph.Sub(a.Id, b.Id));
    public static Symbol operator *(Symbol a, Symbol b) => new(Graph.Mul(a.Id, b.Id));
    public static Symbol operator /(Symbol a, Symbol b) => new(Graph.Div(a.Id, b.Id));
    public static Symbol operator -(Symbol a) => new(Graph.Neg(a.Id));
    public static Symbol Const(float value) => new(Graph.Const(value));
    public static Symbol Sigmoid(Symbol x) => new(Graph.Function(Op.Sigmoid, x.Id));
    public static Symbol Tanh(Symbol x) => new(Graph.Function(Op.Tanh, x.Id));
    public static Symbol WherePositive(Symbol x, Symbol a, Symbol b) => new(Graph.WherePositive(x.Id, a.Id, b.Id));
}
