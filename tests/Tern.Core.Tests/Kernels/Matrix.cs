namespace Tern.Core.Tests.Kernels;

/// <summary>Rows in groups inside guarded memory: NaN in every gap, and none behind the last row.</summary>
sealed unsafe class Matrix : IDisposable
{
    readonly GuardedFloats memory;
    readonly int groups, rows, columns;

    public Matrix(GemmTests.Order order, int groups, int rows, int columns, Random random)
    {
        (this.groups, this.rows, this.columns) = (groups, rows, columns);
        (Stride, Group) = order switch
        {
            GemmTests.Order.Dense => (columns, rows * columns),
            GemmTests.Order.Strided => (columns + 3, rows * (columns + 3) + 5),
            _ => (groups * (columns + 1), columns + 1),
        };
        memory = new GuardedFloats((rows - 1) * Stride + (groups - 1) * Group + columns);
        for (int row = 0; row < groups * rows; row++)
            for (int j = 0; j < columns; j++) this[row, j] = random.NextSingle() * 2 - 1;
    }

    public long Stride { get; }

    public long Group { get; }

    public float* First => memory.Pointer;

    public ref float this[int row, int column] => ref memory.Pointer[row / rows * Group + row % rows * Stride + column];

    public bool GapsAreUntouched
    {
        get
        {
            int numbers = 0;
            foreach (float x in memory.Span)
                if (!float.IsNaN(x)) numbers++;
            return numbers == groups * rows * columns && memory.FrontIsUntouched;
        }
    }

    public float[] Values()
    {
        var values = new float[groups * rows * columns];
        for (int i = 0; i < values.Length; i++) values[i] = this[i / columns, i % columns];
        return values;
    }

    public void Dispose() => memory.Dispose();
}
