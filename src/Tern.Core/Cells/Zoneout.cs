namespace Tern.Cells;

/// <summary>Whether a cell has zoneout (Krueger et al. 2017).</summary>
public interface IZoneout
{
    /// <summary>True where it has.</summary>
    static abstract bool Present { get; }
}

/// <summary>New states are taken at every step.</summary>
public readonly struct NoZoneout : IZoneout
{
    /// <inheritdoc/>
    public static bool Present => false;
}

/// <summary>At random steps a unit keeps its old state; a session takes the expected share of the new one.</summary>
public readonly struct Zoneout : IZoneout
{
    /// <inheritdoc/>
    public static bool Present => true;
}
