namespace Tern.Kernels;

/// <summary>
/// Cuts a product into tiles. Around the tile go, from the inside: the tiles of a block of rows, the panels of B, blocks
/// of k, blocks of rows. So a panel's block of k stays in the first cache for all tiles of a block of rows, and that
/// block of A and its rows of C stay in the second (Goto and van de Geijn 2008).
/// </summary>
static unsafe class GemmLoop<V, O> where V : struct where O : struct, IRegister<V>
{
    /// <summary>The longest block of k: at most 32 KB of a panel. Shorter ones pass over C more often, longer sums round worse.</summary>
    static int DepthBlock => O.Width == 16 ? 256 : 512;

    /// <summary>The tallest block of rows, 16 or 8 tiles: with <see cref="DepthBlock"/> at most 200 KB of the second cache.</summary>
    const int RowBlock = 96;

    /// <summary>Floats of a cache line: a panel that starts on one has no lane across two.</summary>
    const int Line = 16;

    static int PanelWidth => 2 * O.Width;

    static int MaxHeight => GemmTile<V, O>.MaxHeight;

    /// <summary>Rows cut into tiles of as even heights as can be: 16 rows are 6 + 5 + 5, never 6 + 6 + 4.</summary>
    readonly struct Heights
    {
        public readonly int Tiles, Low, Taller;

        public Heights(int rows)
        {
            Tiles = (rows + MaxHeight - 1) / MaxHeight;
            Low = rows / Tiles;
            Taller = rows % Tiles;
        }

        /// <summary>Height of tile <paramref name="tile"/> of a group: the first ones are one row taller.</summary>
        public int Height(int tile) => tile < Taller ? Low + 1 : Low;

        public int FirstRow(int tile) => tile * Low + Math.Min(tile, Taller);
    }

    /// <inheritdoc cref="Gemm.Multiply"/>
    public static void Multiply(
        float* a, long lda, long aGroup, float* panels, float* c, long ldc, long cGroup, int groups, int rows, int n, int k, bool accumulate)
    {
        if (rows == 1) (rows, groups, lda, ldc) = (groups, 1, aGroup, cGroup);
        else if (aGroup == rows * lda && cGroup == rows * ldc) (rows, groups) = (rows * groups, 1);
        var heights = new Heights(rows);
        int tiles = heights.Tiles * groups, blocks = Parts(tiles, RowBlock / MaxHeight), depths = Parts(k, DepthBlock);
        for (int block = 0; block < blocks; block++)
        {
            int tile0 = Cut(tiles, blocks, block), tile1 = Cut(tiles, blocks, block + 1);
            for (int depth = 0; depth < depths; depth++)
            {
                int k0 = Cut(k, depths, depth), k1 = Cut(k, depths, depth + 1);
                Block<RowMajor>(a + k0, lda, aGroup, panels + (long)k0 * PanelWidth, (long)k * PanelWidth, k1 - k0, c, ldc, cGroup, heights, tile0, tile1, n, accumulate || depth > 0);
            }
        }
    }

    /// <inheritdoc cref="Gemm.TransposedScratchFloats"/>
    public static long TransposedScratchFloats(int rows, int m, int n)
    {
        long depth = Math.Min(rows, DepthBlock), tiles = (Math.Min(m, RowBlock) + MaxHeight - 1) / MaxHeight;
        return depth * (Padded(n) + tiles * GemmTile<V, O>.Slot) + Line;
    }

    /// <inheritdoc cref="Gemm.MultiplyTransposed"/>
    public static void MultiplyTransposed(
        float* a, long lda, long aGroup, float* b, long ldb, long bGroup, float* c, long ldc, int groups, int rows, int m, int n, bool accumulate, float* scratch)
    {
        if (rows == 1) (rows, groups, lda, ldb) = (groups, 1, aGroup, bGroup);
        else if (aGroup == rows * lda && bGroup == rows * ldb) (rows, groups) = (rows * groups, 1);
        const nuint line = Line * sizeof(float);
        float* panels = (float*)(((nuint)scratch + line - 1) & ~(line - 1));
        var heights = new Heights(m);
        int total = groups * rows, depths = Parts(total, DepthBlock), blocks = Parts(heights.Tiles, RowBlock / MaxHeight);
        for (int depth = 0; depth < depths; depth++)
        {
            int k0 = Cut(total, depths, depth), k = Cut(total, depths, depth + 1) - k0, tile = k * GemmTile<V, O>.Slot;
            GemmPacking.PackRows<V, O>(new GroupedRows(b, ldb, bGroup, rows), k0, k, n, panels);
            float* packed = panels + (long)k * Padded(n);
            for (int block = 0; block < blocks; block++)
            {
                int tile0 = Cut(heights.Tiles, blocks, block), tile1 = Cut(heights.Tiles, blocks, block + 1);
                for (int t = tile0; t < tile1; t++)
                {
                    int row = heights.FirstRow(t);
                    GemmPacking.PackTile<V, O>(new GroupedRows(a + row, lda, aGroup, rows), k0, k, heights.Height(t), m - row, packed + (long)(t - tile0) * tile);
                }
                Block<Interleaved>(packed - (long)tile0 * tile, tile, 0, panels, (long)k * PanelWidth, k, c, ldc, 0, heights, tile0, tile1, n, accumulate || depth > 0);
            }
        }
    }

    /// <summary>
    /// All columns of the tiles from <paramref name="tile0"/> to <paramref name="tile1"/> (counted over all groups), one
    /// block of k. Where A is interleaved, <paramref name="lda"/> lies between tiles instead of rows.
    /// </summary>
    static void Block<R>(
        float* a, long lda, long aGroup, float* panels, long panelStride, int k, float* c, long ldc, long cGroup, Heights heights, int tile0, int tile1, int n, bool accumulate)
        where R : struct, ITileRows
    {
        int group0 = tile0 / heights.Tiles, inGroup0 = tile0 % heights.Tiles;
        float* edge = stackalloc float[MaxHeight * PanelWidth];
        for (int column = 0; column < n; column += PanelWidth, panels += panelStride)
        {
            int columns = Math.Min(PanelWidth, n - column), group = group0, inGroup = inGroup0;
            for (int tile = tile0; tile < tile1; tile++)
            {
                int row = heights.FirstRow(inGroup), height = heights.Height(inGroup);
                float* from = a + group * aGroup + (R.Interleaved ? inGroup : row) * lda, to = c + group * cGroup + row * ldc + column;
                if (columns == PanelWidth) Tile<R, WholePanel>(height, from, lda, panels, k, to, ldc, accumulate, columns);
                else if (O.HasMask && columns <= O.Width) Tile<R, MaskedLane>(height, from, lda, panels, k, to, ldc, accumulate, columns);
                else if (O.HasMask) Tile<R, MaskedPanel>(height, from, lda, panels, k, to, ldc, accumulate, columns);
                else
                {
                    // The last panel is padded with zeros: its tile goes by way of a buffer, so that C's neighbours stay.
                    Tile<R, WholePanel>(height, from, lda, panels, k, edge, PanelWidth, false, PanelWidth);
                    Copy(edge, height, columns, to, ldc, accumulate);
                }
                if (++inGroup == heights.Tiles) (inGroup, group) = (0, group + 1);
            }
        }
    }

    static void Tile<R, C>(int height, float* a, long lda, float* b, int k, float* c, long ldc, bool accumulate, int columns)
        where R : struct, ITileRows where C : struct, ITileColumns
    {
        switch (height)
        {
            case 1: GemmTile<V, O>.MultiplyRow<R, C>(a, b, k, c, accumulate, columns); break;
            case 2: GemmTile<V, O>.Multiply<Height2, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 3: GemmTile<V, O>.Multiply<Height3, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 4: GemmTile<V, O>.Multiply<Height4, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 5: GemmTile<V, O>.Multiply<Height5, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 6: GemmTile<V, O>.Multiply<Height6, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 7: GemmTile<V, O>.Multiply<Height7, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 8: GemmTile<V, O>.Multiply<Height8, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 9: GemmTile<V, O>.Multiply<Height9, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 10: GemmTile<V, O>.Multiply<Height10, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            case 11: GemmTile<V, O>.Multiply<Height11, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
            default: GemmTile<V, O>.Multiply<Height12, R, C>(a, lda, b, k, c, ldc, accumulate, columns); break;
        }
    }

    static void Copy(float* from, int rows, int columns, float* to, long ldc, bool accumulate)
    {
        for (int row = 0; row < rows; row++, from += PanelWidth, to += ldc)
            for (int j = 0; j < columns; j++) to[j] = accumulate ? to[j] + from[j] : from[j];
    }

    /// <summary>Columns with those that fill up the last panel.</summary>
    static int Padded(int n) => (n + PanelWidth - 1) / PanelWidth * PanelWidth;

    static int Parts(int length, int largest) => (length + largest - 1) / largest;

    /// <summary>Start of part <paramref name="part"/> where <paramref name="length"/> is cut into even parts.</summary>
    static int Cut(int length, int parts, int part) => (int)((long)length * part / parts);
}
