using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector512;

namespace Tern.Kernels;

/// <summary>16 floats in a 512-bit vector.</summary>
readonly unsafe struct F512(Vector512<float> value) : ILane<F512>
{
    readonly Vector512<float> value = value;

    public static int Width => 16;
    public static F512 operator +(F512 a, F512 b) => new(a.value + b.value);
    public static F512 operator -(F512 a, F512 b) => new(a.value - b.value);
    public static F512 operator *(F512 a, F512 b) => new(a.value * b.value);
    public static F512 operator /(F512 a, F512 b) => new(a.value / b.value);
    public static F512 operator -(F512 a) => new(-a.value);
    public static F512 Const(float value) => new(Vector.Create(value));
    public static F512 Load(float* p) => new(Vector.Load(p));
    public static void Store(F512 v, float* p) => v.value.Store(p);
    public static float Sum(F512 v) => Vector.Sum(v.value);
    public static F512 Fma(F512 a, F512 b, F512 c) => new(Vector.FusedMultiplyAdd(a.value, b.value, c.value));
    public static F512 Fnma(F512 a, F512 b, F512 c) => new(Vector.FusedMultiplyAdd(-a.value, b.value, c.value));
    public static F512 Clamp(F512 x, float low, float high) => new(Vector.ClampNative(x.value, Vector.Create(low), Vector.Create(high)));
    public static F512 ScaleByPowerOfTwo(F512 x, F512 shifted) => new((x.value.AsInt32() + Vector.ShiftLeft(shifted.value.AsInt32(), 23)).AsSingle());
    public static F512 WherePositive(F512 x, F512 a, F512 b) => new(Vector.ConditionalSelect(Vector.GreaterThan(x.value, Vector512<float>.Zero), a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Sigmoid(F512 x) => Activations.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Tanh(F512 x) => Activations.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid2(F512 a, F512 b, out F512 sigmoidA, out F512 sigmoidB) => Activations.Sigmoid2(a, b, out sigmoidA, out sigmoidB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidTanh(F512 a, F512 b, out F512 sigmoidA, out F512 tanhB) => Activations.SigmoidTanh(a, b, out sigmoidA, out tanhB);
}
