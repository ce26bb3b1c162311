namespace Tern.FixedPoint;

/// <summary>
/// Runs a <see cref="FixedNetwork"/> as docs/fixed-point.md defines it: the oracle of the C code. One stream; give each
/// thread its own.
/// </summary>
public sealed class FixedPointSession
{
    const int MaxSteps = ushort.MaxValue;

    readonly Dictionary<FixedVector, short[]> words = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<FixedOperation, PointwiseRunner> runners = new(ReferenceEqualityComparer.Instance);
    readonly int[] sums;       // of the mean over the steps
    int steps;

    internal FixedPointSession(FixedNetwork network)
    {
        Network = network;
        foreach (FixedVector vector in network.Vectors) words.Add(vector, new short[vector.Length]);
        foreach (PointwiseOperation operation in network.Operations.OfType<PointwiseOperation>())
            runners.Add(operation, new(operation.Program, vector => words[vector]));
        sums = new int[network.Pooling?.To.Length ?? 0];
        Reset();
    }

    /// <summary>What it runs.</summary>
    public FixedNetwork Network { get; }

    /// <summary>Back to the state before the first step.</summary>
    public void Reset()
    {
        foreach (var (vector, values) in words) Array.Fill(values, vector.Initial);
        Array.Clear(sums);
        steps = 0;
    }

    /// <summary>One step.</summary>
    /// <param name="input">Words of <see cref="FixedNetwork.Quantize"/>, [channels].</param>
    public void Step(ReadOnlySpan<short> input)
    {
        if (input.Length != Network.InputWidth) throw new TernException($"Step got {input.Length} words; expected {Network.InputWidth}.");
        foreach (FixedOperation operation in Network.Operations)
            switch (operation)
            {
                case NormalizeOperation normalize: Normalize(normalize, input); break;
                case WindowOperation window: Window(window); break;
                case ProductOperation product: Multiply(product); break;
                case PointwiseOperation pointwise: runners[pointwise].Run(); break;
                case MaxPoolOperation pool: Largest(words[pool.From], words[pool.To]); break;
                case MeanPoolOperation pool: Sum(words[pool.From]); break;
            }
    }

    /// <summary>Copies the state, vector after vector and last the sums of a mean (each its lower half first) and their number, to <paramref name="state"/>, [<see cref="FixedNetwork.StateWords"/>].</summary>
    public void CopyState(Span<short> state)
    {
        foreach (FixedVector vector in Network.Vectors)
        {
            if (vector.Role != VectorRole.State) continue;
            words[vector].CopyTo(state);
            state = state[vector.Length..];
        }
        if (Network.Pooling is null) return;
        for (int i = 0; i < sums.Length; i++) (state[2 * i], state[2 * i + 1]) = ((short)sums[i], (short)(sums[i] >> 16));
        state[2 * sums.Length] = (short)steps;
    }

    /// <summary>The output after the steps so far.</summary>
    /// <param name="output">Gets [classes].</param>
    public void Output(Span<int> output)
    {
        HeadOperation head = Network.Head;
        short[] x = words[head.From];
        for (int i = 0; i < sums.Length; i++) x[i] = (short)(steps == 0 ? 0 : sums[i] / steps);      // toward 0, as C divides
        for (int row = 0; row < head.Matrix.Rows; row++)
        {
            long sum = head.Bias[row];
            ReadOnlySpan<int> weights = head.Matrix.Row(row);
            for (int j = 0; j < weights.Length; j++) sum += (long)weights[j] * x[j];
            output[row] = (int)sum;
        }
    }

    /// <summary>The class of the largest output, the first of equals.</summary>
    public int Classify()
    {
        int[] output = new int[Network.OutputWidth];
        Output(output);
        return Array.IndexOf(output, output.Max());
    }

    void Normalize(NormalizeOperation operation, ReadOnlySpan<short> input)
    {
        short[] x = words[operation.To];
        for (int i = 0; i < x.Length; i++)
        {
            long value = operation.Mean is null ? input[i] : Integers.Shift((input[i] - operation.Mean[i]) * (long)operation.Multiplier[i], operation.Shift[i]);
            x[i] = (short)Math.Clamp(value, -operation.To.Bounds[i], operation.To.Bounds[i] - 1);
        }
    }

    void Window(WindowOperation operation)
    {
        short[] from = words[operation.From], before = words[operation.Before], to = words[operation.To];
        from.CopyTo(to, 0);
        before.CopyTo(to, from.Length);
        Array.Copy(to, before, before.Length);
    }

    void Multiply(ProductOperation operation)
    {
        FixedMatrix matrix = operation.Matrix;
        ReadOnlySpan<short> x = words[operation.From].AsSpan(operation.FromOffset, matrix.Columns);
        Span<short> y = words[operation.To].AsSpan(operation.ToOffset, matrix.Rows);
        for (int row = 0; row < y.Length; row++)
        {
            long sum = 0;
            ReadOnlySpan<int> weights = matrix.Row(row);
            for (int j = 0; j < x.Length; j++) sum += (long)weights[j] * x[j];
            long result = Integers.Shift(sum, operation.Shift);
            if (operation.Multipliers is not null)
                result = Integers.Shift(Limit(result) * operation.Multiplier(row), ProductOperation.MultiplierBits);
            if (operation.Add) result = Limit(result) + y[row];
            y[row] = (short)Limit(result);
        }

        long Limit(long value) => operation.Saturates ? Math.Clamp(value, -operation.Limit, operation.Limit - 1) : value;
    }

    static void Largest(short[] from, short[] to)
    {
        for (int i = 0; i < to.Length; i++) to[i] = Math.Max(to[i], from[i]);
    }

    void Sum(short[] from)
    {
        if (steps == MaxSteps) return;
        steps++;
        for (int i = 0; i < sums.Length; i++) sums[i] += from[i];
    }
}
