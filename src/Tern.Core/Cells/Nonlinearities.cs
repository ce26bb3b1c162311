using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>The nonlinearity g of a cell, as a type so that it costs nothing where it is the identity.</summary>
public interface INonlinearity
{
    /// <summary>Name in configurations and model files.</summary>
    static abstract string Name { get; }

    /// <summary>g(x).</summary>
    static abstract T Of<T>(T x) where T : struct, IReal<T>;
}

/// <summary>g(x) = x.</summary>
public readonly struct Identity : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "identity";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> => x;
}

/// <summary>g(x) = tanh x.</summary>
public readonly struct Tanh : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "tanh";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> => T.Tanh(x);
}

/// <summary>g(x) = max(x, 0).</summary>
public readonly struct Relu : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "relu";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> => T.WherePositive(x, x, T.Const(0));
}

/// <summary>g(x) = x + 0.5 for x > 0, else sigma(x): positive and continuous (Feng et al. 2024, "Were RNNs All We Needed?", appendix B, as used by minGRU in log space).</summary>
public readonly struct Positive : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "positive";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> => T.WherePositive(x, x + T.Const(0.5f), T.Sigmoid(x));
}

/// <summary>g(x) = 1 / (1 + e^-x).</summary>
public readonly struct Sigmoid : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "sigmoid";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> => T.Sigmoid(x);
}

/// <summary>g(x) = x held between -1 and 1: tanh in pieces (Kusupati et al. 2018, section 3.2.3).</summary>
public readonly struct QuantTanh : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "quantTanh";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> =>
        T.WherePositive(x - T.Const(1), T.Const(1), T.WherePositive(x + T.Const(1), x, T.Const(-1)));
}

/// <summary>g(x) = (x + 1) / 2 held between 0 and 1: the sigmoid in pieces (Kusupati et al. 2018, section 3.2.3).</summary>
public readonly struct QuantSigm : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "quantSigm";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> =>
        T.WherePositive(x - T.Const(1), T.Const(1), T.WherePositive(x + T.Const(1), (x + T.Const(1)) * T.Const(0.5f), T.Const(0)));
}

/// <summary>g(x) = (x + 2) / 4 held between 0 and 1: the sigmoid in pieces, with its slope at 0 (EdgeML).</summary>
public readonly struct QuantSigm4 : INonlinearity
{
    /// <inheritdoc/>
    public static string Name => "quantSigm4";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : struct, IReal<T> =>
        T.WherePositive(x - T.Const(2), T.Const(1), T.WherePositive(x + T.Const(2), (x + T.Const(2)) * T.Const(0.25f), T.Const(0)));
}
