using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector256;

namespace Tern.Kernels;

/// <summary>8 floats in a 256-bit vector.</summary>
readonly unsafe struct F256(Vector256<float> value) : ILane<F256>
{
    readonly Vector256<float> value = value;

    public static int Width => 8;
    public static F256 operator +(F256 a, F256 b) => new(a.value + b.value);
    public static F256 operator -(F256 a, F256 b) => new(a.value - b.value);
    public static F256 operator *(F256 a, F256 b) => new(a.value * b.value);
    public static F256 operator /(F256 a, F256 b) => new(a.value / b.value);
    public static F256 operator -(F256 a) => new(-a.value);
    public static F256 Const(float value) => new(Vector.Create(value));
    public static F256 Load(float* p) => new(Vector.Load(p));
    public static void Store(F256 v, float* p) => v.value.Store(p);
    public static float Sum(F256 v) => Vector.Sum(v.value);
    public static F256 Fma(F256 a, F256 b, F256 c) => new(Vector.FusedMultiplyAdd(a.value, b.value, c.value));
    public static F256 Fnma(F256 a, F256 b, F256 c) => new(Vector.FusedMultiplyAdd(-a.value, b.value, c.value));
    public static F256 Clamp(F256 x, float low, float high) => new(Vector.ClampNative(x.value, Vector.Create(low), Vector.Create(high)));
    public static F256 ScaleByPowerOfTwo(F256 x, F256 shifted) => new((x.value.AsInt32() + Vector.ShiftLeft(shifted.value.AsInt32(), 23)).AsSingle());
    public static F256 WherePositive(F256 x, F256 a, F256 b) => new(Vector.ConditionalSelect(Vector.GreaterThan(x.value, Vector256<float>.Zero), a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Sigmoid(F256 x) => Activations.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Tanh(F256 x) => Activations.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid2(F256 a, F256 b, out F256 sigmoidA, out F256 sigmoidB) => Activations.Sigmoid2(a, b, out sigmoidA, out sigmoidB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidTanh(F256 a, F256 b, out F256 sigmoidA, out F256 tanhB) => Activations.SigmoidTanh(a, b, out sigmoidA, out tanhB);
}
