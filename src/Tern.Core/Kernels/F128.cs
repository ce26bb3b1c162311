using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector128;

namespace Tern.Kernels;

/// <summary>4 floats in a 128-bit vector (SSE, NEON). Without FMA in the processor a product and a sum, not the slow emulation.</summary>
readonly unsafe struct F128(Vector128<float> value) : ILane<F128>
{
    readonly Vector128<float> value = value;

    public static int Width => 4;
    public static F128 operator +(F128 a, F128 b) => new(a.value + b.value);
    public static F128 operator -(F128 a, F128 b) => new(a.value - b.value);
    public static F128 operator *(F128 a, F128 b) => new(a.value * b.value);
    public static F128 operator /(F128 a, F128 b) => new(a.value / b.value);
    public static F128 operator -(F128 a) => new(-a.value);
    public static F128 Const(float value) => new(Vector.Create(value));
    public static F128 Load(float* p) => new(Vector.Load(p));
    public static void Store(F128 v, float* p) => v.value.Store(p);
    public static float Sum(F128 v) => Vector.Sum(v.value);
    public static F128 Fma(F128 a, F128 b, F128 c) => new(Vector.MultiplyAddEstimate(a.value, b.value, c.value));
    public static F128 Fnma(F128 a, F128 b, F128 c) => new(Vector.MultiplyAddEstimate(-a.value, b.value, c.value));
    public static F128 Clamp(F128 x, float low, float high) => new(Vector.ClampNative(x.value, Vector.Create(low), Vector.Create(high)));
    public static F128 ScaleByPowerOfTwo(F128 x, F128 shifted) => new((x.value.AsInt32() + Vector.ShiftLeft(shifted.value.AsInt32(), 23)).AsSingle());
    public static F128 WherePositive(F128 x, F128 a, F128 b) => new(Vector.ConditionalSelect(Vector.GreaterThan(x.value, Vector128<float>.Zero), a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Sigmoid(F128 x) => Activations.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Tanh(F128 x) => Activations.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid2(F128 a, F128 b, out F128 sigmoidA, out F128 sigmoidB) => Activations.Sigmoid2(a, b, out sigmoidA, out sigmoidB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidTanh(F128 a, F128 b, out F128 sigmoidA, out F128 tanhB) => Activations.SigmoidTanh(a, b, out sigmoidA, out tanhB);
}
