using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Tern.Cells;

/// <summary>
/// A cell with a value for each of its options, as it stands in configurations and model files: complete, so that a
/// later change of a default does not change a saved network. Made by <see cref="CellCatalogue.Resolve"/>.
/// </summary>
/// <param name="Cell">Catalogue name, for example <c>sru</c>.</param>
/// <param name="Options">Option values by name, for example g = tanh.</param>
[JsonConverter(typeof(CellVariantJson))]
public sealed record CellVariant(string Cell, ImmutableSortedDictionary<string, string> Options)
{
    /// <summary>For example <c>sru(g=tanh, highway=yes, peephole=no)</c>.</summary>
    public override string ToString() => $"{Cell}({string.Join(", ", Options.Select(o => $"{o.Key}={o.Value}"))})";

    /// <inheritdoc/>
    public bool Equals(CellVariant? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}

/// <summary>An option of a cell: its values, the default first.</summary>
public sealed record CellOption(string Name, string Summary, params string[] Values);
