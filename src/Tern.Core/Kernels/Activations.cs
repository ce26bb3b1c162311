using System.Runtime.CompilerServices;

namespace Tern.Kernels;

/// <summary>Exponential, sigmoid and tanh on any lane width; 2e-7 absolute for sigmoid and tanh.</summary>
static class Activations
{
    /// <summary>e^x by range reduction and a polynomial of degree 5 (the coefficients of Cephes' expf); x is held to +-limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Exp<T>(T x, float limit) where T : struct, ILane<T>
    {
        const float shift = 12582912f;   // 1.5 * 2^23: adding it rounds to an integer and leaves that in the low bits
        x = T.Clamp(x, -limit, limit);
        T shifted = T.Fma(x, T.Const(1.44269504088896341f), T.Const(shift));
        T n = shifted - T.Const(shift);
        T r = T.Fma(n, T.Const(2.12194440e-4f), T.Fma(n, T.Const(-0.693359375f), x));   // x - n ln 2, ln 2 in two parts
        T p = T.Fma(T.Const(1.9875691500e-4f), r, T.Const(1.3981999507e-3f));
        p = T.Fma(p, r, T.Const(8.3334519073e-3f));
        p = T.Fma(p, r, T.Const(4.1665795894e-2f));
        p = T.Fma(p, r, T.Const(1.6666665459e-1f));
        p = T.Fma(p, r, T.Const(5.0000001201e-1f));
        return T.ScaleByPowerOfTwo(T.Fma(p, r * r, r + T.Const(1f)), shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : struct, ILane<T> => T.Const(1f) / (T.Const(1f) + Exp(-x, 87f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x) where T : struct, ILane<T> =>
        T.Fnma(T.Const(2f), T.Const(1f) / (T.Const(1f) + Exp(x + x, 87f)), T.Const(1f));

    /// <summary>Two sigmoids that share a division. Held to +-43: the product of two larger exponentials would overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid2<T>(T a, T b, out T sigmoidA, out T sigmoidB) where T : struct, ILane<T>
    {
        T one = T.Const(1f), ea = Exp(-a, 43f) + one, eb = Exp(-b, 43f) + one, q = one / (ea * eb);
        sigmoidA = eb * q;
        sigmoidB = ea * q;
    }

    /// <summary>A sigmoid and a tanh that share a division, held likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidTanh<T>(T a, T b, out T sigmoidA, out T tanhB) where T : struct, ILane<T>
    {
        T one = T.Const(1f), ea = Exp(-a, 43f) + one, eb = Exp(b + b, 43f) + one, q = one / (ea * eb);
        sigmoidA = eb * q;
        tanhB = T.Fnma(T.Const(2f), ea * q, one);
    }
}
