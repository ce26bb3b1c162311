using System.Collections.Immutable;

namespace Tern.Cells;

/// <summary>Something to be done for a cell type.</summary>
interface ICellVisitor<TResult>
{
    TResult Visit<TCell>() where TCell : struct, ICell;
}

/// <summary>A cell of the catalogue: its options, and which type a choice of them means.</summary>
/// <param name="Name">Name in commands, configurations and model files.</param>
/// <param name="Summary">One line for help.</param>
/// <param name="Options">Options; the first value of each is the default.</param>
abstract record CellEntry(string Name, string Summary, CellOption[] Options)
{
    /// <summary>Calls the visitor with the type of a variant (of its last phase). Every type is named statically, so that ahead-of-time compilation has it.</summary>
    public abstract TResult Visit<TResult>(CellVariant variant, ICellVisitor<TResult> visitor);

    /// <summary>The names of a variant's parts, of both phases where it has two.</summary>
    public CellSpec Spec(CellVariant variant)
    {
        var last = Visit(variant, new SpecVisitor());
        return HasFirstPhase(variant) ? CellSpec.Join(VisitFirst(variant, new SpecVisitor()), last) : last;
    }

    /// <summary>Whether a variant has a phase before that of <see cref="Visit"/>.</summary>
    public virtual bool HasFirstPhase(CellVariant variant) => false;

    /// <summary>As <see cref="Visit"/>, with the type of the first phase.</summary>
    public virtual TResult VisitFirst<TResult>(CellVariant variant, ICellVisitor<TResult> visitor) => throw NotInCatalogue(variant);

    /// <summary>Every combination of option values.</summary>
    public IEnumerable<CellVariant> Variants()
    {
        IEnumerable<CellVariant> all = [new(Name, ImmutableSortedDictionary<string, string>.Empty)];
        foreach (var option in Options)
        {
            all = all.SelectMany(v => option.Values.Select(value => v with { Options = v.Options.Add(option.Name, value) }));
        }
        return all;
    }

    readonly struct SpecVisitor : ICellVisitor<CellSpec>
    {
        public CellSpec Visit<TCell>() where TCell : struct, ICell => TCell.Spec;
    }

    /// <summary>For an option value that <see cref="CellCatalogue.Resolve"/> did not check.</summary>
    protected static ArgumentException NotInCatalogue(CellVariant variant) =>
        new($"{variant} is not in the catalogue; make variants with CellCatalogue.Resolve.");
}
