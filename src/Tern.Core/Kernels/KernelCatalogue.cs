using Tern.Cells;
using Tern.Cells.Generated;

namespace Tern.Kernels;

/// <summary>Something to be done for a cell type and its derived kernel.</summary>
interface IKernelVisitor<TResult>
{
    TResult Visit<TCell, TKernel>() where TCell : struct, ICell where TKernel : struct, IDerivedKernel;
}

/// <summary>From a variant to its kernel.</summary>
static class KernelCatalogue
{
    public static TResult Visit<TResult>(CellVariant variant, IKernelVisitor<TResult> visitor) =>
        CellCatalogue.Visit(variant, new Finder<TResult>(visitor));

    /// <summary>The step of a variant at this process's vector width.</summary>
    public static StepKernel Step(CellVariant variant)
    {
        var last = Visit(variant, new StepVisitor());
        return CellCatalogue.HasFirstPhase(variant)
            ? new TwoPhaseKernel(CellCatalogue.Spec(variant), CellCatalogue.VisitFirst(variant, new Finder<StepKernel>(new StepVisitor())), last)
            : last;
    }

    readonly struct StepVisitor : IKernelVisitor<StepKernel>
    {
        public StepKernel Visit<TCell, TKernel>() where TCell : struct, ICell where TKernel : struct, IDerivedKernel => new StepKernel<TKernel>();
    }

    readonly struct Finder<TResult>(IKernelVisitor<TResult> visitor) : ICellVisitor<TResult>
    {
        public TResult Visit<TCell>() where TCell : struct, ICell => DerivedKernels.Visit<TCell, TResult>(visitor);
    }
}
