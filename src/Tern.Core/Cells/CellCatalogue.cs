using System.Collections.Immutable;

namespace Tern.Cells;

/// <summary>Every cell that Tern has, by name.</summary>
public static class CellCatalogue
{
    static readonly CellEntry[] Entries =
    [
        new SruEntry(), new QrnnEntry(), new MinGruEntry(), new MinLstmEntry(), new InputLstmEntry(), new RcnnEntry(), new IndRnnEntry(), new LeakyEntry(),
        new RnnEntry(), new FastRnnEntry(), new FastGrnnEntry(), new UgrnnEntry(), new GruEntry(), new LstmEntry(),
    ];

    /// <summary>Names of the cells.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(e => e.Name)];

    /// <summary>Every variant of every cell.</summary>
    public static IEnumerable<CellVariant> Variants => Entries.SelectMany(e => e.Variants());

    /// <summary>One line on a cell, and its options.</summary>
    /// <exception cref="TernException">There is no such cell.</exception>
    public static (string Summary, IReadOnlyList<CellOption> Options) Describe(string name) => (Find(name).Summary, Find(name).Options);

    /// <summary>A variant with defaults for the options that are not given.</summary>
    /// <exception cref="TernException">An unknown cell, option or value; the message offers the nearest known one.</exception>
    public static CellVariant Resolve(string name, IReadOnlyDictionary<string, string>? options = null)
    {
        var entry = Find(name);
        var values = entry.Options.ToImmutableSortedDictionary(o => o.Name, o => o.Values[0]);
        foreach (var (key, value) in options ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            var option = Array.Find(entry.Options, o => o.Name == key)
                ?? throw new TernException(Nearest.Message($"cell {name} has no option", key, values.Keys));
            if (!option.Values.Contains(value)) throw new TernException(Nearest.Message($"option {key} of cell {name} cannot be", value, option.Values));
            values = values.SetItem(key, value);
        }
        return new(name, values);
    }

    /// <summary>The names of a variant's parts.</summary>
    public static CellSpec Spec(CellVariant variant) => Find(variant.Cell).Spec(variant);

    internal static bool HasFirstPhase(CellVariant variant) => Find(variant.Cell).HasFirstPhase(variant);

    internal static TResult VisitFirst<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => Find(variant.Cell).VisitFirst(variant, visitor);

    internal static TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => Find(variant.Cell).Visit(variant, visitor);

    static CellEntry Find(string name) =>
        Array.Find(Entries, e => e.Name == name) ?? throw new TernException(Nearest.Message("unknown cell", name, Names));
}
