using System.Numerics;
using System.Runtime.InteropServices;

namespace Tern.Training.Optimizers;

/// <summary>
/// The gradient of a table of which a batch has used few rows: those rows only, in the order of their first use.
/// </summary>
public sealed unsafe class RowGradient : IDisposable
{
    readonly int[] slots; // of each row of the table: its place here, or -1
    int[] rows = new int[64];
    float* values;
    int capacity;

    /// <summary>A gradient of no rows.</summary>
    /// <param name="tableRows">Rows of the table.</param>
    /// <param name="width">Columns of the table.</param>
    public RowGradient(int tableRows, int width)
    {
        Width = width;
        slots = new int[tableRows];
        Array.Fill(slots, -1);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Number of rows that are not zero.</summary>
    public int Count { get; private set; }

    /// <summary>The rows of the table, one for each row of <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    /// <summary>The gradients of these rows, [count, width].</summary>
    public Span<float> Values => new(values, Count * Width);

    /// <summary>Adds to a row's gradient.</summary>
    public void Add(int row, ReadOnlySpan<float> gradient)
    {
        int slot = slots[row];
        if (slot < 0)
        {
            slot = slots[row] = Count;
            Reserve(++Count);
            rows[slot] = row;
            gradient.CopyTo(new Span<float>(values + (long)slot * Width, Width));
            return;
        }
        var sum = new Span<float>(values + (long)slot * Width, Width);
        int i = 0;
        for (; i <= Width - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(gradient[i..])).CopyTo(sum[i..]);
        for (; i < Width; i++)
            sum[i] += gradient[i];
    }

    /// <summary>Back to no rows.</summary>
    public void Clear()
    {
        foreach (int row in Rows)
            slots[row] = -1;
        Count = 0;
    }

    void Reserve(int count)
    {
        if (count > rows.Length)
            Array.Resize(ref rows, 2 * count);
        if (count <= capacity)
            return;
        capacity = 2 * count;
        values = (float*)NativeMemory.AlignedRealloc(values, (nuint)((long)capacity * Width * sizeof(float)), 64);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.AlignedFree(values);
        values = null;
        capacity = Count = 0;
    }
}
