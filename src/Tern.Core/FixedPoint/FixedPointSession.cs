namespace Tern.FixedPoint;

/// <summary>
/// Runs a <see cref="FixedNetwork"/> as docs/fixed-point.md defines it, bit for bit as its C code does. One stream; give each
/// thread its own. A step allocates nothing.
/// </summary>
public sealed class FixedPointSession
{
    const int MaxSteps = ushort.MaxValue;

    readonly Dictionary<FixedVector, short[]> words = new(ReferenceEqualityComparer.Instance);
    readonly Action[] operations;
    readonly short[] input;
    readonly int[] output;
    readonly int[] sums;       // of the mean over the steps
    int steps;

    /// <summary>A session.</summary>
    /// <param name="network">What it runs.</param>
    /// <param name="kernels">How products and pointwise steps are done.</param>
    internal FixedPointSession(FixedNetwork network, IFixedKernels kernels)
    {
        Network = network;
        foreach (FixedVector vector in network.Vectors) words.Add(vector, new short[vector.Length + kernels.Slack]);
        (input, output, sums) = (new short[network.InputWidth], new int[network.OutputWidth], new int[network.Pooling?.To.Length ?? 0]);
        operations = [.. network.Operations.Select(operation => Bind(operation, kernels))];
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
    /// <param name="words">Words of <see cref="FixedNetwork.Quantize"/>, [channels].</param>
    /// <exception cref="TernException">Wrong size.</exception>
    public void Step(ReadOnlySpan<short> words)
    {
        CheckLength("words", words.Length);
        words.CopyTo(input);
        foreach (Action operation in operations) operation();
    }

    /// <summary>One step.</summary>
    /// <param name="values">Numbers as measured, not normalised, [channels]; of sound the numbers of a frame.</param>
    /// <exception cref="TernException">Wrong size.</exception>
    public void Step(ReadOnlySpan<float> values)
    {
        CheckLength("numbers", values.Length);
        Network.Quantize(values, input);
        foreach (Action operation in operations) operation();
    }

    /// <summary>Copies the state, vector after vector and last the sums of a mean (each its lower half first) and their number, to <paramref name="state"/>, [<see cref="FixedNetwork.StateWords"/>].</summary>
    public void CopyState(Span<short> state)
    {
        foreach (FixedVector vector in Network.Vectors)
        {
            if (vector.Role != VectorRole.State) continue;
            words[vector].AsSpan(0, vector.Length).CopyTo(state);
            state = state[vector.Length..];
        }
        if (Network.Pooling is null) return;
        for (int i = 0; i < sums.Length; i++) (state[2 * i], state[2 * i + 1]) = ((short)sums[i], (short)(sums[i] >> 16));
        state[2 * sums.Length] = (short)steps;
    }

    /// <summary>The output after the steps so far.</summary>
    /// <param name="output">Gets [classes], in units of <see cref="FixedNetwork.OutputUnit"/>.</param>
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
        Output(output);
        int best = 0;
        for (int i = 1; i < output.Length; i++)
            if (output[i] > output[best]) best = i;
        return best;
    }

    Action Bind(FixedOperation operation, IFixedKernels kernels) => operation switch
    {
        NormalizeOperation normalize => () => Normalize(normalize, words[normalize.To]),
        WindowOperation window => Window(words[window.From], words[window.Before], words[window.To], window.From.Length, window.Before.Length),
        ProductOperation product => kernels.Product(product, words[product.From], words[product.To]),
        PointwiseOperation pointwise => kernels.Pointwise(pointwise.Program, vector => words[vector]),
        MaxPoolOperation pool => Largest(words[pool.From], words[pool.To], pool.To.Length),
        MeanPoolOperation pool => Sum(words[pool.From]),
        _ => throw new InvalidOperationException(operation.GetType().Name),
    };

    void Normalize(NormalizeOperation operation, short[] x)
    {
        for (int i = 0; i < input.Length; i++)
        {
            long value = operation.Mean is null ? input[i] : Integers.Shift((input[i] - operation.Mean[i]) * (long)operation.Multiplier[i], operation.Shift[i]);
            x[i] = (short)Math.Clamp(value, -operation.To.Bounds[i], operation.To.Bounds[i] - 1);
        }
    }

    static Action Window(short[] from, short[] before, short[] to, int row, int rest) => () =>
    {
        Array.Copy(from, to, row);
        Array.Copy(before, 0, to, row, rest);
        Array.Copy(to, before, rest);
    };

    static Action Largest(short[] from, short[] to, int length) => () =>
    {
        for (int i = 0; i < length; i++) to[i] = Math.Max(to[i], from[i]);
    };

    Action Sum(short[] from) => () =>
    {
        if (steps == MaxSteps) return;
        steps++;
        for (int i = 0; i < sums.Length; i++) sums[i] += from[i];
    };

    void CheckLength(string what, int given)
    {
        if (given != Network.InputWidth) throw new TernException($"Step got {given} {what}; expected {Network.InputWidth}.");
    }
}
