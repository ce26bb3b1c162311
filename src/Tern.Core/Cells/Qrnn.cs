using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Quasi-RNN (Bradbury et al. 2017, eq. 1-4): z = tanh(W_z x + b_z), f = sigma(W_f x + b_f), and pooling
/// c = f z + (1 - f) c_prev, as the authors' package has it (the paper calls 1 - f the forget gate). x is the window of
/// inputs that the layer hands in. With zoneout (section 2.1) f is set to 0 at random, so that c is kept.
/// </summary>
/// <typeparam name="TPooling">How h is made of c.</typeparam>
/// <typeparam name="TZoneout">Whether there is zoneout.</typeparam>
public readonly struct Qrnn<TPooling, TZoneout> : ICell where TPooling : struct, IQrnnPooling where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"Qrnn{typeof(TPooling).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}",
        Input: ["z", "f", .. TPooling.Gates],
        Vectors: ["b_z", "b_f", .. TPooling.Gates.Select(gate => "b_" + gate)],
        State: ["c"])
    { Skip = TPooling.HasSkip, Zoneout = TZoneout.Present, Constants = TZoneout.Present ? ["keep"] : [] };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T z = T.Tanh(a.X0 + a.P0), f = T.Sigmoid(a.X1 + a.P1);
        if (TZoneout.Present) f = a.Keep * f;
        a.S0 = a.S0 + f * (z - a.S0);
        return TPooling.Of(a.S0, ref a);
    }
}

/// <summary>The output of a Quasi-RNN.</summary>
public interface IQrnnPooling
{
    /// <summary>Gates beyond f, by name.</summary>
    static abstract string[] Gates { get; }

    /// <summary>There is a highway x'.</summary>
    static abstract bool HasSkip { get; }

    /// <summary>h of the pooled state.</summary>
    static abstract T Of<T>(T c, ref Lane<T> a) where T : struct, IReal<T>;
}

/// <summary>f-pooling: h = c (eq. 3).</summary>
public readonly struct FPooling : IQrnnPooling
{
    /// <inheritdoc/>
    public static string[] Gates => [];

    /// <inheritdoc/>
    public static bool HasSkip => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T c, ref Lane<T> a) where T : struct, IReal<T> => c * a.Mask;
}

/// <summary>fo-pooling: h = o c, o = sigma(W_o x + b_o) (eq. 4).</summary>
public readonly struct FoPooling : IQrnnPooling
{
    /// <inheritdoc/>
    public static string[] Gates => ["o"];

    /// <inheritdoc/>
    public static bool HasSkip => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T c, ref Lane<T> a) where T : struct, IReal<T> => T.Sigmoid(a.X2 + a.P2) * c * a.Mask;
}

/// <summary>f-pooling with a highway: h = r c + (1 - r) x', r = sigma(W_r x + b_r): what the SRU paper's appendix A compares with.</summary>
public readonly struct FHighway : IQrnnPooling
{
    /// <inheritdoc/>
    public static string[] Gates => ["r"];

    /// <inheritdoc/>
    public static bool HasSkip => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T c, ref Lane<T> a) where T : struct, IReal<T> => a.Skip + T.Sigmoid(a.X2 + a.P2) * a.Mask * (c - a.Skip);
}

/// <summary>fo-pooling with a highway: h = r o c + (1 - r) x'.</summary>
public readonly struct FoHighway : IQrnnPooling
{
    /// <inheritdoc/>
    public static string[] Gates => ["o", "r"];

    /// <inheritdoc/>
    public static bool HasSkip => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T c, ref Lane<T> a) where T : struct, IReal<T> =>
        a.Skip + T.Sigmoid(a.X3 + a.P3) * a.Mask * (T.Sigmoid(a.X2 + a.P2) * c - a.Skip);
}
