using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// FastRNN (Kusupati et al. 2018, "FastGRNN", section 3.1): h~ = g(W x + U h_prev + b), h = alpha h~ + beta h_prev. A
/// weighted residual connection, by two numbers of the whole layer, keeps the gradient's condition number in bounds.
/// </summary>
/// <typeparam name="TG">g.</typeparam>
/// <typeparam name="TRates">Where alpha and beta come from.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct FastRnn<TG, TRates, TZoneout> : ICell
    where TG : struct, INonlinearity where TRates : struct, IFastRnnRates where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"FastRnn{typeof(TG).Name}{typeof(TRates).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["h"], Vectors: ["b"], State: ["h"])
    {
        Recurrent = ["h"],
        Scalars = TRates.Scalars,
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? [.. TRates.Constants, "keep"] : TRates.Constants,
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T h = TRates.Mix(TG.Of(a.X0 + a.P0), ref a);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}

/// <summary>How FastRNN weighs its candidate and its past.</summary>
public interface IFastRnnRates
{
    /// <summary>Trained numbers.</summary>
    static abstract string[] Scalars { get; }

    /// <summary>Fixed numbers.</summary>
    static abstract string[] Constants { get; }

    /// <summary>h of the candidate and the state before.</summary>
    static abstract T Mix<T>(T candidate, ref Lane<T> a) where T : struct, IReal<T>;
}

/// <summary>alpha and beta are trained, each between 0 and 1: the paper's cell.</summary>
public readonly struct TrainedRates : IFastRnnRates
{
    /// <inheritdoc/>
    public static string[] Scalars => ["alpha", "beta"];

    /// <inheritdoc/>
    public static string[] Constants => [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mix<T>(T candidate, ref Lane<T> a) where T : struct, IReal<T> => a.Q0 * candidate + a.Q1 * a.S0;
}

/// <summary>alpha is trained and beta = 1 - alpha.</summary>
public readonly struct TiedRates : IFastRnnRates
{
    /// <inheritdoc/>
    public static string[] Scalars => ["alpha"];

    /// <inheritdoc/>
    public static string[] Constants => [];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mix<T>(T candidate, ref Lane<T> a) where T : struct, IReal<T> => a.S0 + a.Q0 * (candidate - a.S0);
}

/// <summary>Both are fixed: leaky integration (Jaeger et al. 2007); with 1 and 1 a residual network.</summary>
public readonly struct FixedRates : IFastRnnRates
{
    /// <inheritdoc/>
    public static string[] Scalars => [];

    /// <inheritdoc/>
    public static string[] Constants => ["alpha", "beta"];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mix<T>(T candidate, ref Lane<T> a) where T : struct, IReal<T> => a.Q0 * candidate + a.Q1 * a.S0;
}
