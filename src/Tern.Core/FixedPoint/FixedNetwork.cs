using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>
/// A model in whole numbers (docs/fixed-point.md): the vectors, and what a step does with them, in order. Made by
/// <see cref="FixedPointCompiler"/>, run by <see cref="FixedPointSession"/>, printed as C by Tern.Export.
/// </summary>
public sealed class FixedNetwork
{
    internal FixedNetwork(ModelSpec spec, IReadOnlyList<FixedVector> vectors, IReadOnlyList<FixedOperation> operations, HeadOperation head)
    {
        (Spec, Vectors, Operations, Head) = (spec, vectors, operations, head);
        Input = (NormalizeOperation)operations[0];
        Pooling = operations.FirstOrDefault(operation => operation is MeanPoolOperation) as MeanPoolOperation;
    }

    /// <summary>The model.</summary>
    public ModelSpec Spec { get; }

    /// <summary>Words of a step's input.</summary>
    public int InputWidth => Input.To.Length;

    /// <summary>Classes.</summary>
    public int OutputWidth => Head.Matrix.Rows;

    /// <summary>Bits behind the point of each word of the input: a word is the number as measured times 2^bits.</summary>
    public IReadOnlyList<int> InputFractions => Input.Fractions;

    /// <summary>What 1 of the output means.</summary>
    public double OutputUnit => Head.Matrix.Unit * Head.From.Unit;

    /// <summary>Words that are carried from step to step; a sum of 32 bits counts as two.</summary>
    public int StateWords => Vectors.Where(vector => vector.Role == VectorRole.State).Sum(vector => vector.Length) + (Pooling is null ? 0 : 2 * Pooling.To.Length + 1);

    /// <summary>Bytes of weights, biases and tables as exports store them, without code.</summary>
    public int TableBytes => new FixedPointSize(this).Bytes;

    internal IReadOnlyList<FixedVector> Vectors { get; }

    internal IReadOnlyList<FixedOperation> Operations { get; }

    internal NormalizeOperation Input { get; }

    internal HeadOperation Head { get; }

    /// <summary>The mean over the steps, with sums of 32 bits; null where there is none.</summary>
    internal MeanPoolOperation? Pooling { get; }

    /// <summary>A row of numbers as measured as the words that a step reads.</summary>
    /// <param name="values">[channels].</param>
    /// <param name="words">Gets [channels].</param>
    public void Quantize(ReadOnlySpan<float> values, Span<short> words)
    {
        for (int i = 0; i < values.Length; i++)
            words[i] = (short)Integers.Quantize(values[i], Input.Fractions[i]);
    }

    /// <summary>The words of rows that are normalised already, as a float network reads them: what was measured is worked out again.</summary>
    /// <param name="rows">[steps, channels], of <see cref="Features.SeriesFeatures.Encode"/>.</param>
    public short[] Words(ReadOnlySpan<float> rows)
    {
        short[] words = new short[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int channel = i % InputWidth;
            double value = Input.Mean is null ? rows[i] : (double)rows[i] * Spec.Series!.Deviation[channel] + Spec.Series.Mean[channel];
            words[i] = (short)Integers.Quantize(value, Input.Fractions[channel]);
        }
        return words;
    }

    /// <summary>What makes words of a step of sound, in whole numbers; null where the model does not read log-mel frames.</summary>
    /// <exception cref="TernException">Its frames are none that the integer form has.</exception>
    public FixedLogMel? CreateLogMel() => Spec.Series?.LogMel is { } options ? new(options, InputFractions) : null;

    /// <summary>A session at the state before the first step.</summary>
    public FixedPointSession CreateSession() => new(this, new VectorKernels());

    /// <summary>The same number by number: what the C code and the session are tested against.</summary>
    internal FixedPointSession CreateInterpreter() => new(this, new PlainKernels());
}
