using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Gated recurrent convolution over all 2-grams of a sequence, skipped words included (Lei, Jin, Barzilay, Jaakkola,
/// "Deriving Neural Architectures from Sequence and Graph Kernels", ICML 2017, section 3, n = 2, with a decay that depends on
/// the input): l = sigma(W_l x + b_l), c1 = l c1_prev + (1 - l) W_1 x, c2 = l c2_prev + (1 - l) (c1_prev * W_2 x),
/// h = tanh(c2 + b), where * is a sum or a product.
/// </summary>
/// <typeparam name="TPair">How the two words of a pair are combined.</typeparam>
public readonly struct Rcnn<TPair> : ICell where TPair : struct, IRcnnPair
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"Rcnn{typeof(TPair).Name}", Input: ["c1", "c2", "l"], Vectors: ["b_l", "b"], State: ["c1", "c2"]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T l = T.Sigmoid(a.X2 + a.P0), pair = TPair.Of(a.S0, a.X1);
        a.S0 = a.X0 + l * (a.S0 - a.X0);
        T c2 = a.S1 = pair + l * (a.S1 - pair);
        return T.Tanh(c2 + a.P1) * a.Mask;
    }
}

/// <summary>A pair of words of <see cref="Rcnn{TPair}"/>.</summary>
public interface IRcnnPair
{
    /// <summary>Of the words before, c1, and the present one, W_2 x.</summary>
    static abstract T Of<T>(T before, T present) where T : struct, IReal<T>;
}

/// <summary>c1_prev + W_2 x.</summary>
public readonly struct PairSum : IRcnnPair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T before, T present) where T : struct, IReal<T> => before + present;
}

/// <summary>c1_prev times W_2 x, unit by unit.</summary>
public readonly struct PairProduct : IRcnnPair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T before, T present) where T : struct, IReal<T> => before * present;
}
