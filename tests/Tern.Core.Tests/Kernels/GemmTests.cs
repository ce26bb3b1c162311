using Tern.Kernels;
using Xunit;

namespace Tern.Core.Tests.Kernels;

/// <summary>The products against sums in double, for every vector width, with guarded and strided matrices.</summary>
[Collection(SimdCollection.Name)]
public sealed unsafe class GemmTests
{
    /// <summary>How rows and groups lie: together, apart, or groups inside rows as in a batch-first tensor.</summary>
    public enum Order { Dense, Strided, GroupsInside }

    public static TheoryData<int, Order, int, int, int, int, bool> Shapes
    {
        get
        {
            var data = new TheoryData<int, Order, int, int, int, int, bool>();
            (int Groups, int Rows, int N, int K)[] shapes =
            [
                (1, 1, 1, 1), (1, 1, 3, 2), (1, 1, 100, 100), (1, 1, 64, 384), (7, 1, 17, 5), (1, 2, 16, 17), (3, 2, 33, 3), (2, 3, 100, 17),
                (1, 5, 1, 100), (5, 7, 31, 8), (4, 16, 48, 32), (1, 13, 17, 300), (2, 11, 96, 257), (1, 250, 40, 3), (30, 8, 20, 520), (9, 33, 5, 1),
            ];
            foreach (int bits in (int[])[128, 256, 512])
                foreach (var order in Enum.GetValues<Order>())
                    foreach (var (groups, rows, n, k) in shapes)
                        foreach (bool accumulate in (bool[])[false, true])
                            data.Add(bits, order, groups, rows, n, k, accumulate);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Product_equals_the_sums_in_double(int bits, Order order, int groups, int rows, int n, int k, bool accumulate)
    {
        using var width = new SimdWidth(bits);
        var random = new Random(1);
        using var a = new Matrix(order, groups, rows, k, random);
        using var c = new Matrix(order, groups, rows, n, random);
        using var b = new GuardedFloats((long)k * n, random);
        using var panels = new GuardedFloats(Gemm.PanelFloats(k, n));
        double[] expected = Expected(groups * rows, n, accumulate ? c.Values() : null, k, (i, j, l) => a[i, l] * (double)b.Pointer[l * n + j]);

        Gemm.PackRows(b.Pointer, n, k, n, panels.Pointer);
        Gemm.Multiply(a.First, a.Stride, a.Group, panels.Pointer, c.First, c.Stride, c.Group, groups, rows, n, k, accumulate);

        AssertClose(expected, c.Values(), k);
        Assert.True(c.GapsAreUntouched);
        Assert.True(panels.FrontIsUntouched);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Transposed_product_equals_the_sums_in_double(int bits, Order order, int groups, int rows, int n, int m, bool accumulate)
    {
        using var width = new SimdWidth(bits);
        var random = new Random(2);
        using var a = new Matrix(order, groups, rows, m, random);
        using var b = new Matrix(order, groups, rows, n, random);
        using var c = new Matrix(order, 1, m, n, random);
        using var scratch = new GuardedFloats(Gemm.TransposedScratchFloats(groups * rows, m, n));
        double[] expected = Expected(m, n, accumulate ? c.Values() : null, groups * rows, (i, j, l) => a[l, i] * (double)b[l, j]);

        Gemm.MultiplyTransposed(a.First, a.Stride, a.Group, b.First, b.Stride, b.Group, c.First, c.Stride, groups, rows, m, n, accumulate, scratch.Pointer);

        AssertClose(expected, c.Values(), groups * rows);
        Assert.True(c.GapsAreUntouched);
        Assert.True(scratch.FrontIsUntouched);
    }

    public static MatrixTheoryData<int, int, int> Packings => new([128, 256, 512], [1, 3, 17, 64, 130], [1, 2, 3, 15, 16, 17, 32, 33, 70]);

    [Theory]
    [MemberData(nameof(Packings))]
    public void Packing_by_rows_and_by_columns_gives_the_same_panels(int bits, int k, int n)
    {
        using var width = new SimdWidth(bits);
        using var b = new GuardedFloats((long)k * n, new Random(3));
        using var transposed = new GuardedFloats((long)k * n);
        using var byRows = new GuardedFloats(Gemm.PanelFloats(k, n));
        using var byColumns = new GuardedFloats(Gemm.PanelFloats(k, n));
        for (int i = 0; i < k; i++)
            for (int j = 0; j < n; j++) transposed.Pointer[j * k + i] = b.Pointer[i * n + j];

        Gemm.PackRows(b.Pointer, n, k, n, byRows.Pointer);
        Gemm.PackColumns(transposed.Pointer, k, k, n, byColumns.Pointer);

        for (int at = 0; at < byRows.Count; at++)
        {
            int panel = at / (k * Gemm.PanelWidth), i = at / Gemm.PanelWidth % k, j = panel * Gemm.PanelWidth + at % Gemm.PanelWidth;
            float expected = j < n ? b.Pointer[i * n + j] : 0f;
            Assert.Equal(expected, byRows.Pointer[at]);
            Assert.Equal(expected, byColumns.Pointer[at]);
        }
    }

    [Fact]
    public void Rows_do_not_change_with_the_rows_beside_them()
    {
        // A padded batch must equal its sequences run one by one, so a row's sum may differ only by rounding.
        const int rows = 23, n = 50, k = 301;
        var random = new Random(4);
        using var a = new GuardedFloats(rows * k, random);
        using var b = new GuardedFloats(k * n, random);
        using var panels = new GuardedFloats(Gemm.PanelFloats(k, n));
        using var together = new GuardedFloats(rows * n);
        using var alone = new GuardedFloats(n);
        Gemm.PackRows(b.Pointer, n, k, n, panels.Pointer);
        Gemm.Multiply(a.Pointer, k, 0, panels.Pointer, together.Pointer, n, 0, 1, rows, n, k, false);
        for (int row = 0; row < rows; row++)
        {
            Gemm.Multiply(a.Pointer + row * k, k, 0, panels.Pointer, alone.Pointer, n, 0, 1, 1, n, k, false);
            for (int j = 0; j < n; j++) Assert.Equal(together.Pointer[row * n + j], alone.Pointer[j], 1e-4f);
        }
    }

    [Fact]
    public void No_rows_leave_the_result_alone()
    {
        using var c = new GuardedFloats(4);
        using var b = new GuardedFloats(Gemm.PanelFloats(2, 2));
        Gemm.Multiply(null, 2, 2, b.Pointer, c.Pointer, 2, 2, 0, 3, 2, 2, false);
        Gemm.Multiply(null, 2, 2, b.Pointer, c.Pointer, 2, 2, 3, 0, 2, 2, false);
        foreach (float x in c.Span) Assert.True(float.IsNaN(x));
    }

    static double[] Expected(int m, int n, float[]? before, int k, Func<int, int, int, double> product)
    {
        var sums = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                double sum = before is null ? 0 : before[i * n + j];
                for (int l = 0; l < k; l++) sum += product(i, j, l);
                sums[i * n + j] = sum;
            }
        return sums;
    }

    static void AssertClose(double[] expected, float[] actual, int k)
    {
        Assert.Equal(expected.Length, actual.Length);
        double tolerance = 2e-6 * Math.Sqrt(k) + 1e-6;   // terms are at most 1, so partial sums are about sqrt(k)
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
    }
}
