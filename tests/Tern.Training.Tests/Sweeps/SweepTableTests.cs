using Tern.Training.Reports;
using Tern.Training.Sweeps;
using Xunit;

namespace Tern.Training.Tests.Sweeps;

public sealed class SweepTableTests
{
    static readonly SweepResult Result = new("MR", "SRU", "0.3", [Run(0.80, (1, 0.5), (1.2, 0.6)), Run(0.84, (3, 1.5), (1.1, 0.4), (2, 1))]);

    [Fact]
    public void MeanAndDeviationAreOverTheRepeats()
    {
        Assert.Equal(0.82, Result.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(2 * 0.02 * 0.02), Result.Deviation, 1e-12);
        Assert.Equal(0, (Result with { Runs = [Result.Runs[0]] }).Deviation);
    }

    [Fact]
    public void TimesAreMediansOverAllEpochs()
    {
        Assert.Equal(1.2, Result.SecondsPerEpoch, 1e-12);
        Assert.Equal(0.6, Result.RecurrentSecondsPerEpoch, 1e-12);
        Assert.Equal(1.1, (Result with { Runs = [Result.Runs[0]] }).SecondsPerEpoch, 1e-12);
    }

    [Fact]
    public void TheCurveGoesAsFarAsTheShortestRepeat() => Assert.Equal([(2.0, 0.5), (3.15, 0.5)], Result.Curve.Select(point => (Math.Round(point.Seconds, 9), point.Accuracy)));

    [Fact]
    public void TablesHaveADashWhereNothingIsDone()
    {
        var table = new SweepTable("study", ["MR", "CR"], ["SRU", "LSTM"], [Result]);
        string markdown = table.Markdown();
        Assert.Contains("| model | MR | CR |\n|---|---|---|\n| SRU | 82.0 ± 2.8 | – |\n| LSTM | – | – |", markdown);
        Assert.Contains("| SRU | 1.20 (0.60) | – |", markdown);
        string page = SweepPage.Html(table, DateTimeOffset.UnixEpoch);
        Assert.Contains("82.0 ± 2.8", page);
        // two of training; accuracy and seconds of MR, of which there are no bytes; nothing of CR
        Assert.Equal(4, page.Split("<svg").Length - 1);
    }

    [Fact]
    public void IntegerFormsAreMeansOverTheRepeatsBesideTheFloats()
    {
        SweepResult both = Result with { Integers = [new(0.79, [new("cortex-m4", 1000, 100, 0.5), new("portable", 900, 100, 0)]), new(0.83, [new("cortex-m4", 1003, 101, 0.6), new("portable", 900, 100, 0)])] };
        Assert.Equal(-0.01, both.IntegerDifference!.Value, 1e-12);
        Assert.Null(Result.IntegerDifference);
        IntegerCost cost = both.CostOn("cortex-m4")!;
        Assert.Equal((1002, 100, 0.55), (cost.FlashBytes, cost.RamBytes, Math.Round(cost.Milliseconds, 12)));
        Assert.Null(both.CostOn("atmega328p"));

        string markdown = new SweepTable("study", ["MR"], ["SRU", "LSTM"], [both, Result with { Model = "LSTM" }]).Markdown();
        Assert.Contains("| SRU | 81.0 (-1.00) |\n| LSTM | – |", markdown);
        Assert.Contains("Milliseconds a step on cortex-m4, predicted:\n\n| model | MR |\n|---|---|\n| SRU | 0.550 |\n| LSTM | – |", markdown);
        Assert.Contains("Milliseconds a step on portable, predicted:\n\n| model | MR |\n|---|---|\n| SRU | – |", markdown);
        Assert.DoesNotContain("integer form", new SweepTable("study", ["MR"], ["SRU"], [Result]).Markdown());
    }

    [Fact]
    public void PageAndMarkdownAreWrittenBesideEachOtherAndNothingElse()
    {
        using TemporaryFolder folder = new();
        var table = new SweepTable("study", ["MR"], ["SRU"], [Result]);
        SweepPage.Write(Path.Combine(folder.Path, "sweep.html"), table);
        Assert.Equal(["sweep.html", "sweep.md"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(table.Markdown(), File.ReadAllText(Path.Combine(folder.Path, "sweep.md")));
        Assert.Contains("sweep.html cannot be written", Assert.Throws<TernException>(() => SweepPage.Write(Path.Combine(folder.Path, "none", "sweep.html"), table)).Message);
    }

    static RunSummary Run(double test, params (double Seconds, double Recurrent)[] epochs)
    {
        double elapsed = 0;
        return new() { Folder = "f", Name = "n", Config = new Dictionary<string, string>(), TestAccuracy = test, Epochs = [.. epochs.Select((epoch, i) => new RunEpoch(i + 1, elapsed += epoch.Seconds, 0.5, 1, epoch.Seconds, epoch.Recurrent))] };
    }
}
