namespace Tern.Cells.Derivation;

/// <summary>The content of Cells/Generated as it should be: a file a cell, and one that finds a cell's kernel.</summary>
static class GeneratedCells
{
    /// <summary>File names and texts.</summary>
    public static IEnumerable<(string Name, string Text)> Files()
    {
        foreach (var cell in CellCatalogue.Variants.GroupBy(v => v.Cell))
        {
            yield return ($"{cell.Key}.g.cs", KernelPrinter.File(Phases(cell, new DeriveVisitor()).DistinctBy(c => c.Spec.Name)));
        }
        yield return ("DerivedKernels.g.cs", KernelPrinter.Finder(Phases(CellCatalogue.Variants, new NameVisitor()).Distinct()));
    }

    /// <summary>The types of the variants, with those of first phases.</summary>
    static IEnumerable<TResult> Phases<TResult>(IEnumerable<CellVariant> variants, ICellVisitor<TResult> visitor) => variants.SelectMany(v =>
        CellCatalogue.HasFirstPhase(v) ? (TResult[])[CellCatalogue.VisitFirst(v, visitor), CellCatalogue.Visit(v, visitor)] : [CellCatalogue.Visit(v, visitor)]);

    readonly struct DeriveVisitor : ICellVisitor<DerivedCell>
    {
        public DerivedCell Visit<TCell>() where TCell : struct, ICell => DerivedCell.Of<TCell>();
    }

    readonly struct NameVisitor : ICellVisitor<(string Type, string Kernel)>
    {
        public (string Type, string Kernel) Visit<TCell>() where TCell : struct, ICell => (TypeName(typeof(TCell)), TCell.Spec.Name + "Kernel");

        static string TypeName(Type type) =>
            type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>" : type.Name;
    }
}
