using TorchSharp;

namespace Tern.Cli.Bench;

/// <summary>One measured number of `bench cells`, and a document's element with --json.</summary>
sealed record CellTiming(
    string Cell, int Length, int Size, int Input, int Batch, int Layers, int Threads, string Pass, string Allocator,
    double Milliseconds, double Gflops, double? RatioToGemm, double? RatioToSru);

/// <summary>Measures rows at settings, one setting after the other.</summary>
sealed class CellBench(IReadOnlyList<string> cells, int repeats, TimeSpan budgetOfSetting, string allocator, long seed)
{
    public IEnumerable<CellTiming> Measure(Setting setting, CancellationToken cancel)
    {
        torch.manual_seed(seed);
        var rows = new List<BenchRow>();
        try
        {
            foreach (string cell in cells) rows.Add(CellRows.Make(cell, setting));
            var clock = new Stopclock(cpuTime: setting.Threads == 1);
            double[] medians = clock.Medians([.. rows.Select(row => (Action)row.Run)], repeats, budgetOfSetting, cancel);
            double? gemm = Of("gemm"), sru = Of("sru");
            return [.. rows.Select((row, i) => new CellTiming(
                row.Cell, setting.Length, setting.Size, setting.Input, setting.Batch, setting.Layers, setting.Threads, setting.PassName, allocator,
                medians[i], row.Flops / medians[i] / 1e6, medians[i] / gemm, medians[i] / sru))];

            double? Of(string cell) => rows.FindIndex(row => row.Cell == cell) is var i and >= 0 ? medians[i] : null;
        }
        finally
        {
            foreach (BenchRow row in rows) row.Dispose();
        }
    }
}
