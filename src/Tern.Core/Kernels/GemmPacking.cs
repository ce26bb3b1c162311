using System.Runtime.Intrinsics;

namespace Tern.Kernels;

/// <summary>Rows that lie in groups: row i is row i % rows of group i / rows.</summary>
readonly unsafe struct GroupedRows(float* start, long stride, long group, int rows)
{
    public long Stride => stride;

    public float* this[int i] => start + i / rows * group + i % rows * stride;

    /// <summary>Rows from row i to the end of its group.</summary>
    public int LeftInGroup(int i) => rows - i % rows;
}

/// <summary>
/// Copies matrices into the order in which tiles read them: B in panels of 2 lanes columns, [panel][k][2 lanes], the
/// last one filled up with zeros; A, where it is transposed, in tiles, [tile][k][slot].
/// </summary>
static unsafe class GemmPacking
{
    /// <summary>Rows k0 to k0 + k of B, [k, n], into panels. Each row is read once and fills one line of each panel.</summary>
    public static void PackRows<V, O>(GroupedRows b, int k0, int k, int n, float* panels) where V : struct where O : struct, IRegister<V>
    {
        int width = 2 * O.Width, whole = n / width * width;
        long panel = (long)k * width;
        for (int i = 0; i < k; i++, panels += width)
        {
            float* from = b[k0 + i], to = panels;
            int column = 0;
            for (; column < whole; column += width, to += panel)
            {
                V left = O.Load(from + column), right = O.Load(from + column + O.Width);
                O.Store(left, to);
                O.Store(right, to + O.Width);
            }
            if (column == n) continue;
            for (int j = 0; j < width; j++) to[j] = column + j < n ? from[column + j] : 0f;
        }
    }

    /// <summary>B given transposed, [n, k], into panels: 4 rows of it at a time become 4 columns, in stretches of k that stay in cache.</summary>
    public static void PackColumns<V, O>(float* b, int ldb, int k, int n, float* panels) where V : struct where O : struct, IRegister<V>
    {
        const int stretch = 64;
        int width = 2 * O.Width;
        for (int column = 0; column < n; column += width, panels += (long)k * width)
            for (int k0 = 0; k0 < k; k0 += stretch)
            {
                int k1 = Math.Min(k0 + stretch, k);
                for (int j = 0; j < width; j += 4)
                {
                    float* from = b + (long)(column + j) * ldb, to = panels + j;
                    if (column + j + 4 <= n)
                    {
                        float* from1 = from + ldb, from2 = from1 + ldb, from3 = from2 + ldb;
                        for (int i = k0; i < k1; i++) Vector128.Create(from[i], from1[i], from2[i], from3[i]).Store(to + (long)i * width);
                        continue;
                    }
                    for (int row = 0; row < 4; row++, from += ldb)
                        for (int i = k0; i < k1; i++) to[(long)i * width + row] = column + j + row < n ? from[i] : 0f;
                }
            }
    }

    /// <summary>
    /// Rows k0 to k0 + k of A, [k, columns], into a tile, [k][slot]: the tile's <paramref name="height"/> first columns,
    /// and behind them what else there is in A's row, up to <paramref name="columns"/>.
    /// </summary>
    public static void PackTile<V, O>(GroupedRows a, int k0, int k, int height, int columns, float* tile) where V : struct where O : struct, IRegister<V>
    {
        int slot = GemmTile<V, O>.Slot;
        for (int i = 0; i < k;)
        {
            float* from = a[k0 + i];
            // down one group with one stride, which the processor learns to fetch ahead
            for (int end = Math.Min(k, i + a.LeftInGroup(k0 + i)); i < end; i++, from += a.Stride, tile += slot)
                if (columns >= slot)
                    for (int j = 0; j < slot; j += O.Width) O.Store(O.Load(from + j), tile + j);
                else
                    for (int j = 0; j < height; j++) tile[j] = from[j];
        }
    }
}
