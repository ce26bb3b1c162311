using Tern.FixedPoint;

namespace Tern.Export.C.Assembly;

/// <summary>Operations that follow each other and are all done in assembly: one function, so that registers are saved once.</summary>
/// <param name="Number">Of the run in its model.</param>
/// <param name="Operations">In order.</param>
sealed record AssemblyRun(int Number, IReadOnlyList<FixedOperation> Operations)
{
    /// <summary>The runs of a model.</summary>
    public static IReadOnlyList<AssemblyRun> Of(CModel model)
    {
        List<AssemblyRun> runs = [];
        List<FixedOperation> open = [];
        foreach (FixedOperation operation in model.Network.Operations.Append(null!))
        {
            if (operation is not null && !model.InC(operation))
            {
                open.Add(operation);
                continue;
            }
            if (open.Count > 0) runs.Add(new(runs.Count, [.. open]));
            open.Clear();
        }
        return runs;
    }

    /// <summary>The name of the function.</summary>
    public string Name(CModel model) => $"{model.Name}_run_{Number}";
}
