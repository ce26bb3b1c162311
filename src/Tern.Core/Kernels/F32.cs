using System.Runtime.CompilerServices;

namespace Tern.Kernels;

/// <summary>One float: what is left of a row when the vectors are done.</summary>
readonly unsafe struct F32(float value) : ILane<F32>
{
    readonly float value = value;

    public static int Width => 1;
    public static F32 operator +(F32 a, F32 b) => new(a.value + b.value);
    public static F32 operator -(F32 a, F32 b) => new(a.value - b.value);
    public static F32 operator *(F32 a, F32 b) => new(a.value * b.value);
    public static F32 operator /(F32 a, F32 b) => new(a.value / b.value);
    public static F32 operator -(F32 a) => new(-a.value);
    public static F32 Const(float value) => new(value);
    public static F32 Load(float* p) => new(*p);
    public static void Store(F32 v, float* p) => *p = v.value;
    public static float Sum(F32 v) => v.value;
    public static F32 Fma(F32 a, F32 b, F32 c) => new(float.MultiplyAddEstimate(a.value, b.value, c.value));
    public static F32 Fnma(F32 a, F32 b, F32 c) => new(float.MultiplyAddEstimate(-a.value, b.value, c.value));
    public static F32 Clamp(F32 x, float low, float high) => new(float.ClampNative(x.value, low, high));
    public static F32 ScaleByPowerOfTwo(F32 x, F32 shifted) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x.value) + (BitConverter.SingleToInt32Bits(shifted.value) << 23)));
    public static F32 WherePositive(F32 x, F32 a, F32 b) => x.value > 0 ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32 Sigmoid(F32 x) => Activations.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F32 Tanh(F32 x) => Activations.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid2(F32 a, F32 b, out F32 sigmoidA, out F32 sigmoidB) => Activations.Sigmoid2(a, b, out sigmoidA, out sigmoidB);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidTanh(F32 a, F32 b, out F32 sigmoidA, out F32 tanhB) => Activations.SigmoidTanh(a, b, out sigmoidA, out tanhB);
}
