using System.Globalization;

namespace Tern.Cli.Bench;

/// <summary>
/// Timings for a person: a table for each allocator, pass and depth, with a column a setting. With the SRU among the
/// cells, its milliseconds and then the others as multiples of it; else the milliseconds of all.
/// </summary>
static class CellTable
{
    // width of the first column and of the others
    const int Names = 32, Column = 10;

    public static void Print(Output output, IReadOnlyList<CellTiming> timings)
    {
        foreach (var group in timings.GroupBy(t => (t.Allocator, t.Pass, t.Layers, t.Batch, t.Threads)))
        {
            (string allocator, string pass, int layers, int batch, int threads) = group.Key;
            output.Line();
            output.Line($"{pass}, {layers} {(layers == 1 ? "layer" : "layers")}, batch {batch}, {threads} {(threads == 1 ? "thread" : "threads")}, allocator {allocator}");
            (int Length, int Size, int Input)[] settings = [.. group.Select(t => (t.Length, t.Size, t.Input)).Distinct()];
            List<(string Name, string[] Values)> rows = [.. Rows([.. group])];
            bool mean = settings.Length > 1 && group.Any(t => t.RatioToSru is not null);
            foreach ((int Length, int Size, int Input)[] columns in settings.Chunk(Math.Max(1, (output.Console.Profile.Width - Names - Column) / Column)))
            {
                int first = Array.IndexOf(settings, columns[0]);
                bool last = first + columns.Length == settings.Length && mean;
                output.Table(
                    ["length × size", .. columns.Select(c => c.Input == c.Size ? $">{c.Length}×{c.Size}" : $">{c.Length}×{c.Input}×{c.Size}"), .. last ? [">mean"] : (string[])[]],
                    rows.Select(row => (string[])[row.Name, .. row.Values[first..(first + columns.Length)], .. last ? [row.Values[^1]] : (string[])[]]));
            }
        }
    }

    /// <summary>A value a setting, and the geometric mean where it means something.</summary>
    static IEnumerable<(string Name, string[] Values)> Rows(IReadOnlyList<CellTiming> group)
    {
        CellTiming[] sru = [.. group.Where(t => t.Cell == "sru")];
        if (sru.Length == 0)
        {
            foreach (var cell in group.GroupBy(t => t.Cell)) yield return ($"{cell.Key}, ms", [.. cell.Select(t => Number(t.Milliseconds)), ""]);
            yield break;
        }
        yield return ("sru, ms", [.. sru.Select(t => Number(t.Milliseconds)), ""]);
        yield return ("sru, GFLOP/s of its products", [.. sru.Select(t => Number(t.Gflops)), ""]);
        if (sru[0].RatioToGemm is not null) yield return ("sru / gemm", Ratios(sru.Select(t => t.RatioToGemm!.Value)));
        foreach (var cell in group.Where(t => t.Cell != "sru").GroupBy(t => t.Cell)) yield return ($"{cell.Key} / sru", Ratios(cell.Select(t => t.RatioToSru!.Value)));
    }

    static string[] Ratios(IEnumerable<double> ratios) => [.. ratios.Select(Number), Number(Math.Exp(ratios.Average(Math.Log)))];

    /// <summary>Three digits that count.</summary>
    static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
