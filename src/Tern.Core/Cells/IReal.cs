namespace Tern.Cells;

/// <summary>
/// The arithmetic that a cell's body may use. Instances: SIMD lanes (training and runtime), TorchSharp tensors (the
/// slow reference), and symbols (the trace from which gradients and exports are derived).
/// </summary>
/// <typeparam name="T">The number type itself.</typeparam>
public interface IReal<T> where T : struct, IReal<T>
{
    /// <summary>Sum.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>Difference.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>Product.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>Quotient.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>Negation.</summary>
    static abstract T operator -(T a);

    /// <summary>The same constant in every element.</summary>
    static abstract T Const(float value);

    /// <summary>1 / (1 + e^-x).</summary>
    static abstract T Sigmoid(T x);

    /// <summary>Hyperbolic tangent.</summary>
    static abstract T Tanh(T x);

    /// <summary>Element by element <paramref name="a"/> where <paramref name="x"/> &gt; 0, else <paramref name="b"/>. Not differentiated in x.</summary>
    static abstract T WherePositive(T x, T a, T b);
}
