using System.Globalization;

namespace Tern.Cli.Bench;

/// <summary>Timings for a person: a table for each allocator, pass and depth; other cells as multiples of the SRU's time.</summary>
static class CellTable
{
    public static void Print(Output output, IReadOnlyList<CellTiming> timings)
    {
        foreach (var group in timings.GroupBy(t => (t.Allocator, t.Pass, t.Layers, t.Batch, t.Threads)))
        {
            (string allocator, string pass, int layers, int batch, int threads) = group.Key;
            string[] cells = [.. group.Select(t => t.Cell).Distinct()];
            bool ratios = cells.Contains("sru");
            output.Line();
            output.Line($"{pass}, {layers} {(layers == 1 ? "layer" : "layers")}, batch {batch}, {threads} {(threads == 1 ? "thread" : "threads")}, allocator {allocator}: milliseconds (GFLOP/s){(ratios ? ", then multiples of sru's time" : "")}");
            string[] absolute = ratios ? [.. cells.Where(c => c is "gemm" or "gemm-libtorch" or "sru")] : cells;
            string[] relative = ratios ? [.. cells.Except(absolute), .. cells.Where(c => c == "gemm").Select(_ => "sru/gemm")] : [];

            var rows = new List<string[]>();
            foreach (var setting in group.GroupBy(t => (t.Length, t.Size)))
            {
                Dictionary<string, CellTiming> of = setting.ToDictionary(t => t.Cell);
                rows.Add([
                    setting.Key.Length.ToString(CultureInfo.InvariantCulture), setting.Key.Size.ToString(CultureInfo.InvariantCulture),
                    .. absolute.Select(c => $"{Number(of[c].Milliseconds)} ({Number(of[c].Gflops)})"),
                    .. relative.Select(c => Number(c == "sru/gemm" ? of["sru"].RatioToGemm!.Value : of[c].RatioToSru!.Value))]);
            }
            if (rows.Count > 1 && relative.Length > 0)
                rows.Add(["geometric mean", "", .. absolute.Select(_ => ""), .. relative.Select(c => Number(Mean(c == "sru/gemm"
                    ? group.Where(t => t.Cell == "sru").Select(t => t.RatioToGemm!.Value)
                    : group.Where(t => t.Cell == c).Select(t => t.RatioToSru!.Value))))]);
            output.Table([">length", ">size", .. absolute.Select(c => ">" + c), .. relative.Select(c => ">" + c)], rows);
        }
    }

    static double Mean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    /// <summary>Three digits that count.</summary>
    static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
