using System.CommandLine;
using System.Globalization;
using Tern.Cells;
using Tern.Cli.Bench;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench gradient`: whether gradients survive a sequence, by the condition number of dh_T / dh_0.</summary>
sealed class BenchGradientVerb : Verb
{
    const string FastRnn = "fastrnn";
    static readonly string[] Known = [.. CellCatalogue.Names.Where(name => CellCatalogue.Spec(CellCatalogue.Resolve(name)).State[0] == "h")];

    readonly Option<string[]> cells = Flags.Names("--cells", "Cells", Known, [FastRnn]);
    readonly Option<string> alphas = new("--alphas") { HelpName = "A,A...", Description = "FastRNN's fixed alpha, with beta = 1 - alpha, each above 0 and below 1 (default 0.001,0.01,0.05,0.1,0.3,0.5); alpha = beta = 1 is measured too.", DefaultValueFactory = _ => "0.001,0.01,0.05,0.1,0.3,0.5" };
    readonly Option<int[]> lengths = Flags.Wholes("--lengths", "Steps", [33, 99], most: 4096);
    readonly Option<int?> size = Flags.Whole("--size", "Units, and width of the input (default 100).", most: 1024);

    public BenchGradientVerb() : base("gradient", "Measures how gradients pass through a sequence: largest singular value and condition number of the last state's derivative by the first, of a freshly initialised layer. FastRNN with fixed rates.",
        "tern bench gradient", "tern bench gradient --cells rnn,lstm --lengths 128")
    {
        foreach (Option option in (Option[])[cells, alphas, lengths, size]) Add(option);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        (double, double)?[] rates = [.. Alphas(arguments.Value(alphas)).Select(alpha => ((double, double)?)(alpha, 1 - alpha)), (1, 1)];
        List<GradientCondition> found = [];
        foreach (string cell in arguments.Value(cells))
            foreach ((double, double)? rate in cell == FastRnn ? rates : [null])
                foreach (int length in arguments.Value(lengths))
                {
                    cancel.ThrowIfCancellationRequested();
                    found.Add(GradientBench.Measure(cell, rate, arguments.Get(size) ?? 100, length, arguments.Seed ?? 1));
                }
        // JSON has no infinity
        if (output.Json) output.Document(found.Select(f => new { f.Cell, f.Alpha, f.Beta, f.Length, f.Largest, Condition = double.IsFinite(f.Condition) ? f.Condition : (double?)null }));
        else output.Table(["cell", ">alpha", ">beta", ">alpha / beta", ">steps", ">largest", ">condition number"], found.Select(f => (string[])
            [f.Cell, Number(f.Alpha), Number(f.Beta), Number(f.Alpha / f.Beta), $"{f.Length}", Scientific(f.Largest), Scientific(f.Condition)]));
        return 0;
    }

    static double[] Alphas(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha) && alpha is > 0 and < 1 ? alpha
            : throw new TernException($"--alphas has '{part}'; expected numbers above 0 and below 1, such as 0.01,0.1."))];

    static string Number(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "–";

    static string Scientific(double value) => value.ToString("0.0e0", CultureInfo.InvariantCulture);
}
