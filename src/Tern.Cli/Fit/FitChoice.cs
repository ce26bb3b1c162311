using Tern.Cli.Mcu;
using Tern.Export.C;

namespace Tern.Cli.Fit;

/// <summary>The model that a search ends with.</summary>
/// <param name="Trial">Its training.</param>
/// <param name="Network">Its integer form.</param>
/// <param name="Cost">What it takes: measured where the target's tools are there, else predicted.</param>
/// <param name="Measured">What compiler and simulator say; null without them.</param>
sealed record FitChoice(FitTrial Trial, FixedPointModel Network, FitCost Cost, McuRow? Measured)
{
    /// <summary>Models that are built before a search gives up on finding one whose real size fits.</summary>
    const int MostBuilt = 8;

    /// <summary>The first of the ranked trials that fits the budget by the compiler's own size and the simulator's cycles; null where none does.</summary>
    public static FitChoice? Of(IReadOnlyList<FitTrial> ranked, string folder, FitBudget budget, Output output, CancellationToken cancel)
    {
        McuTarget target = McuTarget.Of(budget.Target);
        bool build = target.Missing() is null;
        foreach (FitTrial trial in ranked.Take(MostBuilt))
        {
            string path = Path.Combine(folder, trial.Folder, FitFolder.Model);
            FixedPointModel model = FixedPointModel.Load(path, data: null, weightBits: null, output);
            FitChoice choice = build ? Build(trial, path, model, target, budget, cancel) : new(trial, model, trial.Cost!.Value, null);
            if (budget.Holds(choice.Cost) && choice.Measured is not { BitExact: false }) return choice;
        }
        return null;
    }

    static FitChoice Build(FitTrial trial, string path, FixedPointModel model, McuTarget target, FitBudget budget, CancellationToken cancel)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("tern-fit-");
        try
        {
            McuRow row = McuBench.Run(path, model, target, FitCosts.Options(model.Network, budget).FlashBytes, TestInputs.Make(model.Network, model.Sequences, Steps), temporary.FullName, cancel);
            return new(trial, model, new(row.Flash, row.Ram + row.Stack, row.Cycles), row);
        }
        finally { temporary.Delete(recursive: true); }
    }

    const int Steps = 24;
}
