using System.CommandLine;
using System.Globalization;
using Tern.Cli.Bench;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench products`: what a product with a matrix costs, stored in one way or another.</summary>
sealed class BenchProductsVerb : Verb
{
    const long MostWeights = 1 << 26;

    readonly Option<(int Rows, int Columns)[]> shapes = Flags.Shapes("--shapes", "Outputs x inputs of the matrix", [(400, 100), (2048, 512)], most: 32_768);
    readonly Option<int[]> batch = Flags.Wholes("--batch", "Rows of x that are multiplied at a time", [1, 32], most: 65_536);
    readonly WeightFlags weights = new("How the matrix is stored", WeightKind.Names);

    public BenchProductsVerb() : base("products", "Times matrix products with plain and with compressed weights, without a cell: microseconds (processor time, medians of interleaved rounds, one thread), operations of the weights that are kept, and stored bytes read.",
        "tern bench products", "tern bench products --shapes 100x100,512x512 --batch 1 --weights float32,int8", "tern bench products --json")
    {
        Add(shapes);
        Add(batch);
        weights.AddTo(this);
        AddShared(threads: "Accepted for uniformity; a product runs on one thread.");
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        (int Rows, int Columns)[] all = arguments.Value(shapes);
        int[] batches = arguments.Value(batch);
        var (kinds, make) = weights.Of(arguments);
        foreach (var (rows, columns) in all)
        {
            if ((long)rows * columns > MostWeights)
                throw new TernException($"--shapes {rows}x{columns} has {(long)rows * columns} weights; expected at most {MostWeights}, the most of an encoded matrix. Choose a smaller shape.");
            Memory.Require(16.0 * kinds.Length * rows * columns + 4.0 * batches.Max() * (rows + columns), $"shape {rows}x{columns} and batch {batches.Max()}");
        }
        using Pinning? pinning = Pinning.ToThisCore();
        output.Note($"{Tern.Kernels.Simd.Bits}-bit vectors. A core's multiply-adds reach {FmaPeak.Gflops().ToString("0", CultureInfo.InvariantCulture)} GFLOP/s.");
        ProductTiming[] timings = [.. from shape in all from some in batches from timing in ProductBench.Measure(shape, some, kinds, make, cancel) select timing];
        if (output.Json) output.Document(timings);
        else output.Table(["weights", ">shape", ">batch", ">microseconds", ">/ float32", ">GFLOP/s", ">GB/s", ">bytes"], timings.Select(t => (string[])
        [
            t.Weights, $"{t.Rows}x{t.Columns}", $"{t.Batch}", Number(t.Microseconds, "0.00"), Number(t.RatioToFloat32, "0.00"),
            Number(t.Gflops, "0.0"), Number(t.GigabytesPerSecond, "0.0"), Number(t.Bytes, "N0"),
        ]));
        return 0;
    }

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
