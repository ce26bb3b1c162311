using Tern.Cells;

namespace Tern.Kernels;

/// <summary>What kernels use beyond <see cref="IReal{T}"/>: memory, fused multiply-add and the pieces of an exponential.</summary>
/// <typeparam name="T">The lane type: one float, or 4, 8 or 16 of them.</typeparam>
public unsafe interface ILane<T> : IReal<T> where T : struct, ILane<T>
{
    /// <summary>Floats in a lane.</summary>
    static abstract int Width { get; }

    /// <summary>Reads <see cref="Width"/> floats; no alignment is needed.</summary>
    static abstract T Load(float* p);

    /// <summary>Writes <see cref="Width"/> floats; no alignment is needed.</summary>
    static abstract void Store(T v, float* p);

    /// <summary>The sum of a lane's floats.</summary>
    static abstract float Sum(T v);

    /// <summary>a * b + c.</summary>
    static abstract T Fma(T a, T b, T c);

    /// <summary>c - a * b.</summary>
    static abstract T Fnma(T a, T b, T c);

    /// <summary>x held between low and high.</summary>
    static abstract T Clamp(T x, float low, float high);

    /// <summary>x * 2^n, where n is in the low mantissa bits of <paramref name="shifted"/> (a float that had 1.5 * 2^23 added).</summary>
    static abstract T ScaleByPowerOfTwo(T x, T shifted);

    /// <summary>Two sigmoids for one division.</summary>
    static abstract void Sigmoid2(T a, T b, out T sigmoidA, out T sigmoidB);

    /// <summary>A sigmoid and a tanh for one division.</summary>
    static abstract void SigmoidTanh(T a, T b, out T sigmoidA, out T tanhB);
}
