using System.CommandLine;
using System.Globalization;
using Tern.Cli.Fit;
using Tern.Export.C;
using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Reports;
using Tern.Training.Search;

namespace Tern.Cli.Verbs;

/// <summary>`tern fit DATA --flash 3KB`: searches for the most accurate network that fits a microcontroller.</summary>
sealed class FitVerb : Verb
{
    /// <summary>Epochs of the shortest trainings: two for each of three stages of compression.</summary>
    const int LeastEpochs = 6;

    readonly Argument<string> source = new("source") { HelpName = "RECIPE|DATA", Description = "Series of numbers or sound, as train takes them, or a recipe (.json) whose data, optimizer and batch are taken." };
    readonly Option<int?> flash = Flags.Bytes("--flash", "Bytes of code and tables.");
    readonly Option<int?> ram = Flags.Bytes("--ram", "Bytes of state, work space and stack.");
    readonly Option<double?> maxMs = new("--max-ms") { HelpName = "MS", Description = "Milliseconds of a step, at the target's clock." };
    readonly Option<string> target = Flags.Name("--target", "Processor", ["atmega328p", "cortex-m0plus", "cortex-m4"]);
    readonly Option<double?> time = Flags.Duration("--time", "Time of the whole search (default 10m). The same command with more goes on.");
    readonly Option<int?> trials = Flags.Whole("--trials", "Trainings of the whole search (default: as many as the time allows).");
    readonly Option<string[]> cells = Flags.Names("--cells", "Cells", [.. SearchSpace.Cells], [.. SearchSpace.Cells]);
    readonly Option<int?> epochs = Flags.Whole("--epochs", "Epochs of the longest trainings (default: what the time allows, 9 to 54).", least: 3);
    readonly Option<int?> jobs = Flags.Whole("--jobs", "Trainings at a time (default: one a core).", most: 1024);
    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Folder of the search (default: runs/fit- and the name of the data). A search that is there goes on.");
    readonly Option<string[]> set = new("--set") { HelpName = "KEY=VALUE", Description = "Any value of the configuration of all trainings, such as data.series.window=128. May be repeated.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    public FitVerb() : base("fit", "Searches for the most accurate network within a budget of flash, RAM and time a step on a microcontroller; ends with the model, its C and a page that shows accuracy by size. Interrupted, it ends with the best so far; the same command goes on.",
        "tern fit uci-har --flash 3KB --ram 512B --target atmega328p", "tern fit windows.csv --flash 6KB --ram 1KB --max-ms 10 --time 30m --cells fastgrnn,sru")
    {
        Add(source);
        foreach (Option option in (Option[])[flash, ram, maxMs, target, time, trials, cells, epochs, jobs, folder, set]) Add(option);
        AddShared("Threads of each training (default 1).");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        var budget = new FitBudget(CTargets.Parse(arguments.Value(target)), arguments.Get(flash), arguments.Get(ram), Milliseconds(arguments));
        if (budget is { Flash: null, Ram: null, Milliseconds: null }) throw new TernException("There is nothing to fit into; give --flash, --ram or --max-ms, for example --flash 3KB --ram 512B.");
        double seconds = arguments.Get(time) ?? 600;
        int atATime = arguments.Get(jobs) ?? Environment.ProcessorCount;
        TrainConfig config = FitPlanner.Base(arguments.Get(source), arguments.Get(set) ?? []) with { Threads = arguments.Threads ?? 1 };
        if (arguments.Seed is { } seed) config = config with { Seed = seed };
        string path = arguments.Get(folder) ?? Path.Combine("runs", $"fit-{config.Name}");

        Dataset data = FitPlanner.Load(config);
        config = FitPlanner.For(config, data, output);
        using var costs = new FitCosts(config, data, budget);
        var space = new SearchSpace(arguments.Value(cells), costs.Channels, config.Seed);
        FitState state = State(path, arguments, config, data, budget, costs, space, seconds, atATime);
        OutFolder.Prepare(path);
        FitSearch search;
        using (var progress = new ProgressLine(output, "fit", "trials"))
        {
            search = new FitSearch(path, state, config, costs, space, seconds, arguments.Get(trials) ?? int.MaxValue) { Ended = trial => progress.Milestone(Line(trial, budget)) };
            search.Run(atATime, () => progress.Report(search.Seconds / seconds, 0, TimeSpan.FromSeconds(Math.Max(0, seconds - search.Seconds)), Figures(search)), cancel);
        }
        return End(search, path, budget, output, cancel);
    }

    double? Milliseconds(Arguments arguments) => arguments.Get(maxMs) is not { } time ? null
        : time is > 0 and <= 1e6 ? time
        : throw new TernException(string.Create(CultureInfo.InvariantCulture, $"--max-ms {time} is no time of a step; expected milliseconds above 0."));

    FitState State(string path, Arguments arguments, TrainConfig config, Dataset data, FitBudget budget, FitCosts costs, SearchSpace space, double seconds, int atATime)
    {
        FitState? found = FitState.Load(Path.Combine(path, FitFolder.State));
        double epoch = found?.SecondsPerEpoch ?? FitPlanner.SecondsPerEpoch(FitPlanner.Largest(space, costs, budget), config, data);
        IReadOnlyList<int> rungs = arguments.Get(epochs) is null && found is not null ? found.Plan.Rungs
            : SuccessiveHalving.UpTo(arguments.Get(epochs) ?? FitPlanner.Epochs(seconds, atATime, epoch), LeastEpochs).Rungs;
        FitPlan plan = new(ConfigJson.Element(config), budget, arguments.Value(cells), rungs);
        found?.Check(plan, path);
        return found ?? new FitState { Plan = plan, SecondsPerEpoch = epoch };
    }

    /// <summary>Builds the best that fits, writes model, code and page, and says what was found.</summary>
    static int End(FitSearch search, string path, FitBudget budget, Output output, CancellationToken cancel)
    {
        FrontierPoint[] points = [.. search.State.Trials.Select(trial => trial.Point(budget)).OfType<FrontierPoint>()];
        if (search.Best.Count == 0)
            throw cancel.IsCancellationRequested ? new OperationCanceledException("Interrupted before a training had ended; the same command goes on from there.", cancel)
                : new TernException($"No training ended in the time{(search.State.Trials.FirstOrDefault(trial => trial.Error is not null) is { } failed ? $" (one failed: {failed.Error})" : "")}; give more --time, or fewer --epochs.");
        // an interrupted search ends with the best so far: what follows takes seconds
        FitChoice choice = FitChoice.Of(search.Best, path, budget, output, CancellationToken.None)
            ?? throw new TernException($"Of the {search.Best.Count} models whose predicted cost is within {budget}, none is by the compiler's own figures; {path} keeps them all. Give a budget that is a tenth larger.");
        string model = Path.Combine(path, FitFolder.Model), code = OutFolder.Prepare(Path.Combine(path, FitFolder.Code)), page = Path.Combine(path, FitFolder.Page);
        File.Copy(Path.Combine(path, choice.Trial.Folder, FitFolder.Model), model, overwrite: true);
        foreach (CFile file in CExport.Files(choice.Network.Network, choice.Network.Sequences, FitCosts.Options(choice.Network.Network, budget) with { Calibration = choice.Network.Calibration }))
            file.Write(code);
        string data = Path.GetFileName(ConfigJson.Read(search.State.Plan.Config.GetRawText(), path).Data.Train.TrimEnd('/', '\\'));
        FrontierPage.Write(page, $"Fit {data}", $"The most accurate networks for {data} within {budget}: {search.State.Trials.Count} trainings of {search.State.Trials.Select(trial => trial.Candidate.Number).Distinct().Count()} networks, up to {search.State.Plan.Rungs[^1]} epochs, in {search.State.Seconds:0} s. Chosen: {choice.Trial.Candidate}.", points, budget.Flash);
        if (output.Json) output.Document(Document(search, choice, budget, points, model, code, page));
        else Print(search, choice, budget, points, model, code, page, output);
        return cancel.IsCancellationRequested ? Errors.Interrupted : 0;
    }

    static void Print(FitSearch search, FitChoice choice, FitBudget budget, FrontierPoint[] points, string model, string code, string page, Output output)
    {
        output.Line("The most accurate for their size:");
        output.Table(["model", ">epochs", ">validation", ">flash", ">RAM", ">ms a step"], Frontier.Of(points).Reverse().Select(point => (string[])
            [point.Name, $"{point.Epochs}", Share(point.Accuracy), Number(point.Flash), Number(point.Ram), Time(point.Milliseconds)]));
        output.Line($"best     {choice.Trial.Candidate}, {choice.Trial.Epochs} epochs: validation {Share(choice.Trial.ValidationAccuracy!.Value)}, test {Share(choice.Trial.TestAccuracy!.Value)}");
        output.Line($"takes    {Number(choice.Cost.Flash)} bytes of flash, {Number(choice.Cost.Ram)} of RAM with the stack, {Time(budget.MillisecondsOf(choice.Cost.Cycles))} ms a step on {budget.Target.Name()}, {(choice.Measured is null ? "predicted; its compiler and simulator are not here to check" : "by compiler and simulator, every bit of the state as in the integer form")}");
        output.Line($"tried    {search.State.Trials.Count(trial => trial.ValidationAccuracy is not null)} trainings, {search.State.Trials.Count(trial => trial.Error is not null)} failed; {search.State.Drawn:N0} networks looked at; {search.State.Seconds:0} s");
        output.Line($"model    {model}");
        output.Line($"c        {code}");
        output.Line($"report   {page}");
    }

    static object Document(FitSearch search, FitChoice choice, FitBudget budget, FrontierPoint[] points, string model, string code, string page) => new
    {
        Best = choice.Trial.Candidate,
        Description = choice.Trial.Candidate.ToString(),
        choice.Trial.Epochs,
        choice.Trial.ValidationAccuracy,
        choice.Trial.TestAccuracy,
        choice.Cost.Flash,
        choice.Cost.Ram,
        choice.Cost.Cycles,
        Milliseconds = budget.MillisecondsOf(choice.Cost.Cycles),
        Measured = choice.Measured is not null,
        BitExact = choice.Measured?.BitExact,
        Trials = search.State.Trials.Count,
        search.State.Seconds,
        Frontier = Frontier.Of(points),
        Model = model,
        Code = code,
        Report = page,
    };

    static string Line(FitTrial trial, FitBudget budget) => trial.Point(budget) is { } point
        ? $"{point.Epochs} epochs of {point.Name}: validation {Share(point.Accuracy)}, {Number(point.Flash)} B flash, {Number(point.Ram)} B RAM, {Time(point.Milliseconds)} ms{(point.Fits ? "" : ", over the budget")}"
        : $"{trial.Epochs} epochs of {trial.Candidate}: {trial.Error}";

    static string Figures(FitSearch search) => search.Best is [{ } best, ..]
        ? $"{search.State.Trials.Count} trials  best {Share(best.ValidationAccuracy!.Value)} at {Number(best.Cost!.Value.Flash)} B"
        : $"{search.State.Trials.Count} trials";

    static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Time(double milliseconds) => milliseconds > 0 ? milliseconds.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
