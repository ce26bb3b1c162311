using System.Runtime.Intrinsics;

namespace Tern.Kernels;

/// <summary>Rows that lie in groups: row i is row i % rows of group i / rows.</summary>
readonly unsafe struct GroupedRows(float* start, long stride, long group, int rows)
{
    public float* this[int i] => start + i / rows * group + i % rows * stride;
}

/// <summary>
/// Copies matrices into the order in which tiles read them: B in panels of 2 lanes columns, [panel][k][2 lanes], the
/// last one filled up with zeros; A, where it is transposed, in tiles, [tile][k][height].
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
    /// Rows k0 to k0 + k of A, [k, m], into tiles: the first <paramref name="taller"/> of them low + 1 columns of A, the
    /// others low; of a row no more than <paramref name="available"/> columns are read. Some rows of A at a time, so that all that is read and written in between stays in the first cache.
    /// </summary>
    public static void PackTiles(GroupedRows a, int k0, int k, int available, int low, int tiles, int taller, float* packed)
    {
        const int stretch = 16;
        float** rows = stackalloc float*[stretch];
        for (int i0 = 0; i0 < k; i0 += stretch)
        {
            int count = Math.Min(stretch, k - i0), column = 0;
            for (int i = 0; i < count; i++) rows[i] = a[k0 + i0 + i];
            for (int tile = 0; tile < tiles; tile++)
            {
                int height = tile < taller ? low + 1 : low;
                float* to = packed + (long)column * k + (long)i0 * height;
                // 8 floats are copied for 4 to 8: the rest lands where the next row goes. Not so in a tile's last row,
                // behind which another tile may be done, nor at A's right edge.
                int wide = height < 4 || column + 8 > available ? 0 : i0 + count == k ? count - 1 : count;
                int i1 = 0;
                for (; i1 < wide; i1++, to += height) Vector256.Load(rows[i1] + column).Store(to);
                for (; i1 < count; i1++, to += height)
                    for (int j = 0; j < height; j++) to[j] = rows[i1][column + j];
                column += height;
            }
        }
    }
}
