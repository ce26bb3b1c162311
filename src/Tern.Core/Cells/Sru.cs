using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Simple Recurrent Unit (Lei, Zhang, Artzi, "Training RNNs as Fast as CNNs", ICLR 2018 submission, eq. 1-5):
/// f = sigma(W_f x + b_f), r = sigma(W_r x + b_r), c = f c_prev + (1 - f) W x, h = r g(c) + (1 - r) x'.
/// With <typeparamref name="TPeephole"/> = <see cref="Peephole"/> the gates also see v_f c_prev and v_r c_prev
/// (Lei et al., EMNLP 2018, and the authors' package from 2.0 on).
/// </summary>
/// <typeparam name="TG">g.</typeparam>
/// <typeparam name="TOutput">How h is made of g(c).</typeparam>
/// <typeparam name="TPeephole">Whether the gates see the state.</typeparam>
public readonly struct Sru<TG, TOutput, TPeephole> : ICell
    where TG : struct, INonlinearity where TOutput : struct, ISruOutput where TPeephole : struct, IPeephole
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"Sru{typeof(TG).Name}{typeof(TOutput).Name}{(TPeephole.Present ? nameof(Peephole) : "")}",
        Input: TOutput.HasReset ? ["c", "f", "r"] : ["c", "f"],
        Vectors: [.. TOutput.HasReset ? (string[])["b_f", "b_r"] : ["b_f"], .. !TPeephole.Present ? (string[])[] : TOutput.HasReset ? ["v_f", "v_r"] : ["v_f"]],
        State: ["c"])
    {
        Skip = TOutput.HasSkip,
        Constants = TOutput.IsScaled ? ["scale_x"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T c = a.S0;
        T f, r = default;
        if (TOutput.HasReset)
        {
            f = T.Sigmoid(TPeephole.Present ? a.X1 + a.P0 + a.P2 * c : a.X1 + a.P0);
            r = T.Sigmoid(TPeephole.Present ? a.X2 + a.P1 + a.P3 * c : a.X2 + a.P1);
        }
        else
        {
            f = T.Sigmoid(TPeephole.Present ? a.X1 + a.P0 + a.P1 * c : a.X1 + a.P0);
        }
        a.S0 = c = a.X0 + f * (c - a.X0);
        return TOutput.Of(TG.Of(c), r, ref a);
    }
}

/// <summary>
/// The output stage of an SRU. The variational mask m multiplies what the state contributes, as the authors' package
/// does since 2.6: h = x' + (g(c) - x') m r.
/// </summary>
public interface ISruOutput
{
    /// <summary>There is a reset gate r.</summary>
    static abstract bool HasReset { get; }

    /// <summary>There is a highway x'.</summary>
    static abstract bool HasSkip { get; }

    /// <summary>x' is multiplied by scale_x = sqrt(1 + 2 exp(highway bias)).</summary>
    static abstract bool IsScaled { get; }

    /// <summary>h of g(c) and r.</summary>
    static abstract T Of<T>(T g, T r, ref Lane<T> a) where T : struct, IReal<T>;
}

/// <summary>h = r g(c) + (1 - r) x': the paper's complete cell, eq. 5.</summary>
public readonly struct Highway : ISruOutput
{
    /// <inheritdoc/>
    public static bool HasReset => true;

    /// <inheritdoc/>
    public static bool HasSkip => true;

    /// <inheritdoc/>
    public static bool IsScaled => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T g, T r, ref Lane<T> a) where T : struct, IReal<T> => a.Skip + r * a.Mask * (g - a.Skip);
}

/// <summary>The highway with the package's rescaling: x' times scale_x.</summary>
public readonly struct ScaledHighway : ISruOutput
{
    /// <inheritdoc/>
    public static bool HasReset => true;

    /// <inheritdoc/>
    public static bool HasSkip => true;

    /// <inheritdoc/>
    public static bool IsScaled => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T g, T r, ref Lane<T> a) where T : struct, IReal<T>
    {
        T x = a.Q0 * a.Skip;
        return x + r * a.Mask * (g - x);
    }
}

/// <summary>h = r g(c): no highway (the package's has_skip_term=False).</summary>
public readonly struct NoHighway : ISruOutput
{
    /// <inheritdoc/>
    public static bool HasReset => true;

    /// <inheritdoc/>
    public static bool HasSkip => false;

    /// <inheritdoc/>
    public static bool IsScaled => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T g, T r, ref Lane<T> a) where T : struct, IReal<T> => r * a.Mask * g;
}

/// <summary>h = g(c): the paper's basic form (section 2.1) with a forget gate only.</summary>
public readonly struct ForgetOnly : ISruOutput
{
    /// <inheritdoc/>
    public static bool HasReset => false;

    /// <inheritdoc/>
    public static bool HasSkip => false;

    /// <inheritdoc/>
    public static bool IsScaled => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T g, T r, ref Lane<T> a) where T : struct, IReal<T> => a.Mask * g;
}
