namespace Tern.Cells;

/// <summary>Whether the gates of a cell see its state.</summary>
public interface IPeephole
{
    /// <summary>True where they do.</summary>
    static abstract bool Present { get; }
}

/// <summary>Gates that do not.</summary>
public readonly struct NoPeephole : IPeephole
{
    /// <inheritdoc/>
    public static bool Present => false;
}

/// <summary>Gates that also see their unit's state, times a trained vector.</summary>
public readonly struct Peephole : IPeephole
{
    /// <inheritdoc/>
    public static bool Present => true;
}
