using System.CommandLine;
using Tern.Cli.Bench;

namespace Tern.Cli.Verbs;

/// <summary>The options of a measurement that say how weights are stored.</summary>
sealed class WeightFlags(string description, string[] otherwise)
{
    readonly Option<string[]> weights = Flags.Names("--weights", description, WeightKind.Names, otherwise);
    readonly Option<double?> keep = Flags.Share("--keep", "Share of the weights that sparse ones keep (default 0.3).");
    readonly Option<int?> rank = Flags.Whole("--rank", "Rank of low-rank ones (default: a quarter of the columns).", most: 65_536);

    public void AddTo(Command command)
    {
        command.Add(weights);
        command.Add(keep);
        command.Add(rank);
    }

    public (string[] Kinds, WeightKind Make) Of(Arguments arguments) => (arguments.Value(weights), new WeightKind(arguments.Get(keep) ?? 0.3, arguments.Get(rank)));
}
