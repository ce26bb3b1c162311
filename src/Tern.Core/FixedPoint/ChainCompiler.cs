using Tern.Matrices;
using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>Compiles a chain whose ranges are known.</summary>
sealed class ChainCompiler(ModelChain chain, ModelRanges ranges, FixedPointOptions options)
{
    const int NormalizeBits = 13;      // of a multiplier: 14-bit numbers times a 17-bit difference stay in 32 bits
    const int MostShift = 29;

    readonly List<FixedVector> vectors = [];
    readonly List<FixedOperation> operations = [];
    readonly LayerMatrices?[] matrices = [.. chain.Encoder.Select(part => part.Form is null ? null : new LayerMatrices(part.Form, options.WeightBits))];

    public FixedNetwork Compile()
    {
        FixedVector x = Add(VectorFormat.Choose(new("x", chain.Channels, VectorRole.Scratch), ranges.Features, Reader(0), VectorFormat.InputFloor));
        operations.Add(Normalize(x));
        for (int i = 0; i < matrices.Length; i++)
            if (chain.Encoder[i].Module is WindowSpec window) x = Window(window, x);
            else
            {
                bool last = i == matrices.Length - 1;
                x = new LayerCompiler(chain.Encoder[i].Form!, matrices[i]!, ranges.Layers[chain.Encoder[i].Module.Name], vectors, operations)
                    .Compile(x, Reader(i + 1), kept: last && chain.Pooling?.How is not (PoolingKind.Max or PoolingKind.Mean));
            }
        x = Pool(x);
        return new(chain.Spec, vectors, operations, Head(x));
    }

    /// <summary>The greatest row of what reads the output of the module before number i: windows hand on, and the head has 32 bits.</summary>
    long Reader(int i)
    {
        while (i < matrices.Length && matrices[i] is null) i++;
        return i < matrices.Length ? matrices[i]!.InputRow : 0;
    }

    NormalizeOperation Normalize(FixedVector x)
    {
        if (chain.Series is not { } series || (series.Mean.All(mean => mean == 0) && series.Deviation.All(deviation => deviation == 1)))
            return new(x, [.. Enumerable.Repeat(x.Fraction, x.Length)]);
        int[] fractions = new int[x.Length];
        short[] mean = new short[x.Length], multiplier = new short[x.Length];
        byte[] shift = new byte[x.Length];
        double range = Math.ScaleB(x.Limit, -x.Fraction);
        for (int i = 0; i < x.Length; i++)
        {
            fractions[i] = Integers.Fraction(Math.Abs(series.Mean[i]) + range * series.Deviation[i], Integers.High);
            mean[i] = (short)Integers.Quantize(series.Mean[i], fractions[i]);
            double factor = Math.ScaleB(1 / (double)series.Deviation[i], x.Fraction - fractions[i]);
            int bits = Math.Clamp(NormalizeBits - (int)Math.Floor(Math.Log2(factor)), 0, MostShift);
            multiplier[i] = (short)Integers.Quantize(factor, bits, 0, (2 << NormalizeBits) - 1);
            shift[i] = (byte)bits;
        }
        return new(x, fractions) { Mean = mean, Multiplier = multiplier, Shift = shift };
    }

    FixedVector Window(WindowSpec window, FixedVector x)
    {
        if (window.Steps == 1) return x;
        string name = chain.Names[window.Name];
        FixedVector before = Add(new(name + "_before", window.Input * (window.Steps - 1), VectorRole.State)), all = Add(new(name, window.Input * window.Steps, VectorRole.Scratch));
        (before.Unit, all.Unit) = (x.Unit, x.Unit);
        Array.Fill(before.Bounds, x.Limit);
        Array.Fill(all.Bounds, x.Limit);
        operations.Add(new WindowOperation(x, before, all));
        return all;
    }

    FixedVector Pool(FixedVector x)
    {
        if (chain.Pooling?.How is not ((PoolingKind.Max or PoolingKind.Mean) and var how)) return x;
        FixedVector pooled = Add(new(chain.Names[chain.Pooling.Name], x.Length, how == PoolingKind.Max ? VectorRole.State : VectorRole.Scratch) { Initial = how == PoolingKind.Max ? short.MinValue : (short)0 });
        pooled.Unit = x.Unit;
        Array.Fill(pooled.Bounds, how == PoolingKind.Max ? Integers.High + 1 : x.Limit);
        operations.Add(how == PoolingKind.Max ? new MaxPoolOperation(x, pooled) : new MeanPoolOperation(x, pooled));
        return pooled;
    }

    /// <summary>The head: one scale for all rows, so that its outputs can be compared, and so coarse that sums and biases stay in 32 bits.</summary>
    HeadOperation Head(FixedVector x)
    {
        SourceMatrix source = chain.Weight;
        if (source.Scales.Length > 1) source = new(source.Name, source.Rows, source.Columns, source.Values);
        string name = chain.Names[chain.Head!.Name] + "_w";
        FixedMatrix matrix = source.Quantize(name, options.WeightBits);
        double largest = chain.Bias.Max(Math.Abs);
        while (largest / (matrix.Unit * x.Unit) > Room(matrix))
        {
            if (source.Integers is not null) source = new(source.Name, source.Rows, source.Columns, source.Values);
            matrix = source.Quantize(name, options.WeightBits, (int)Math.Floor(-Math.Log2(matrix.Unit)) - 1);
        }
        return new(matrix, [.. chain.Bias.Select(bias => (int)Math.Round(bias / (matrix.Unit * x.Unit), MidpointRounding.AwayFromZero))], x);

        static double Room(FixedMatrix matrix) => int.MaxValue - (double)matrix.LargestRow * (Integers.High + 1);
    }

    FixedVector Add(FixedVector vector)
    {
        vectors.Add(vector);
        return vector;
    }
}
