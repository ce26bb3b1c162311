using Tern.Matrices;

namespace Tern.Cli.Bench;

/// <summary>One measured number of `bench products`.</summary>
/// <param name="Weights">How the matrix is stored: one of <see cref="WeightKind.Names"/>.</param>
/// <param name="Rows">Its outputs.</param>
/// <param name="Columns">Its inputs.</param>
/// <param name="Batch">Rows of x.</param>
/// <param name="Microseconds">Median of a product.</param>
/// <param name="RatioToFloat32">Over that of plain weights, where these are measured too.</param>
/// <param name="Gflops">Operations a nanosecond: two for each stored weight and row of x, so those that are not kept do not count.</param>
/// <param name="GigabytesPerSecond">Stored bytes a nanosecond, read once for all rows.</param>
/// <param name="Bytes">Stored bytes.</param>
sealed record ProductTiming(string Weights, int Rows, int Columns, int Batch, double Microseconds, double? RatioToFloat32, double Gflops, double GigabytesPerSecond, long Bytes);

/// <summary>Products with packed matrices alone, without a cell.</summary>
static class ProductBench
{
    const int Rounds = 15;

    /// <summary>Measures a product with each kind of weights, in turn.</summary>
    public static ProductTiming[] Measure((int Rows, int Columns) shape, int batch, string[] kinds, WeightKind make, CancellationToken cancel)
    {
        var random = new Random(1);
        EncodedMatrix[] matrices = [.. kinds.Select(kind => make.Make(kind, shape.Rows, shape.Columns, random))];
        float[] x = WeightKind.Random(random, (long)batch * shape.Columns, 1), y = new float[(long)batch * shape.Rows];
        Action[] rows = [.. matrices.Select(matrix => MatrixPacker.Pack(matrix)).Select(packed => (Action)(() => packed.Multiply(x, y)))];
        double[] medians = new Stopclock(cpuTime: true).Medians(rows, Rounds, TimeSpan.MaxValue, cancel);
        double? plain = Array.IndexOf(kinds, WeightKind.Plain) is var first and >= 0 ? medians[first] : null;
        return [.. matrices.Select((matrix, i) => new ProductTiming(
            kinds[i], shape.Rows, shape.Columns, batch, 1000 * medians[i], medians[i] / plain, 2e-6 * matrix.Weights * batch / medians[i], 1e-6 * matrix.Bytes / medians[i], matrix.Bytes))];
    }
}
