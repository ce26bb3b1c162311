namespace Tern.Model;

/// <summary>What goes from module to module.</summary>
enum FlowKind
{
    /// <summary>Token ids.</summary>
    Tokens,

    /// <summary>A row of numbers for each step.</summary>
    Sequence,

    /// <summary>One row of numbers for the whole sequence.</summary>
    Row,
}

/// <summary>A kind and its width: number of ids, or of columns; 0 = not known.</summary>
readonly record struct Flow(FlowKind Kind, int Width)
{
    /// <summary>Rows of this many columns.</summary>
    public bool Fits(int columns) => Kind != FlowKind.Tokens && (Width == columns || (Kind == FlowKind.Sequence && Width == 0));

    public override string ToString() => Kind switch
    {
        FlowKind.Tokens => $"{Width} token ids",
        FlowKind.Sequence => $"a sequence of {Width} columns",
        _ => $"one row of {Width} columns",
    };
}
