namespace Tern.Export.C.Floats;

/// <summary>Floats of the caller's state.</summary>
/// <param name="Name">In C.</param>
/// <param name="Length">How many.</param>
/// <param name="Carried">Whether they are carried from step to step.</param>
/// <param name="What">For the comment.</param>
sealed record CFloatField(string Name, int Length, bool Carried, string What)
{
    /// <summary>Before the first step.</summary>
    public string Initial { get; init; } = "0.0f";
}

/// <summary>A module of the chain: what it keeps, and the C of its step.</summary>
abstract class CFloatModule
{
    /// <summary>Columns of the row that it gives.</summary>
    public abstract int Width { get; }

    public virtual IReadOnlyList<CFloatField> Fields => [];

    public virtual IReadOnlyList<CFloatMatrix> Matrices => [];

    /// <summary>Tables of floats besides the matrices'.</summary>
    public virtual IReadOnlyList<(string Name, float[] Values)> Vectors => [];

    /// <summary>Work space: floats of the products W x and U h, of the products between two factors, and of one row more.</summary>
    public virtual (int Products, int Between, int Row) Work => default;

    /// <summary>Where the row that it gives stands after a step, of the row that it reads.</summary>
    public abstract string Row(string x);

    /// <summary>A function of its own, before the step.</summary>
    public virtual void PrintFunction(CFloatModel model, CText text)
    {
    }

    /// <summary>Its part of the step.</summary>
    public abstract void PrintStep(CFloatModel model, CText text, string x);

    /// <summary>to = F_n ... F_1 x, or added to it; what lies between two factors is put behind <paramref name="between"/>, a place for <see cref="Between"/> floats.</summary>
    protected internal static void Multiply(CFloatModel model, CText text, IReadOnlyList<CFloatMatrix> factors, string x, string to, bool add, string between)
    {
        int offset = 0;
        for (int i = 0; i < factors.Count; i++)
        {
            bool last = i == factors.Count - 1;
            string y = last ? to : offset == 0 ? between : $"{between} + {offset}";
            if (!last || !add) text.Line($"{model.Name}_clear({y}, {factors[i].Rows});");
            text.Line(factors[i].Call(model, x, y));
            offset += factors[i].Rows;
            x = y;
        }
    }

    /// <summary>Floats between the factors of <see cref="Multiply"/>.</summary>
    protected internal static int Between(IReadOnlyList<CFloatMatrix> factors) => factors.SkipLast(1).Sum(factor => factor.Rows);
}
