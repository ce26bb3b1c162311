using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Matrices;

/// <summary>How a lane of weights lies in memory; it is widened to floats in registers, so a product streams what is stored.</summary>
/// <typeparam name="V">The vector type of a lane.</typeparam>
unsafe interface IWeightLane<V> where V : struct
{
    /// <summary>Bits of a weight.</summary>
    static abstract int Bits { get; }

    /// <summary>A lane as floats, before the scale. May read up to 3 bytes behind it.</summary>
    static abstract V Load(byte* lane);
}

/// <summary>Floats as they are.</summary>
readonly unsafe struct FloatLane128 : IWeightLane<Vector128<float>>
{
    public static int Bits => 32;
    public static Vector128<float> Load(byte* lane) => Vector128.Load((float*)lane);
}

/// <inheritdoc cref="FloatLane128"/>
readonly unsafe struct FloatLane256 : IWeightLane<Vector256<float>>
{
    public static int Bits => 32;
    public static Vector256<float> Load(byte* lane) => Vector256.Load((float*)lane);
}

/// <inheritdoc cref="FloatLane128"/>
readonly unsafe struct FloatLane512 : IWeightLane<Vector512<float>>
{
    public static int Bits => 32;
    public static Vector512<float> Load(byte* lane) => Vector512.Load((float*)lane);
}

/// <summary>8-bit integers.</summary>
readonly unsafe struct Int8Lane128 : IWeightLane<Vector128<float>>
{
    public static int Bits => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(byte* lane) => Vector128.ConvertToSingle(Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32((sbyte*)lane)
        : Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(lane)).AsSByte())));
}

/// <inheritdoc cref="Int8Lane128"/>
readonly unsafe struct Int8Lane256 : IWeightLane<Vector256<float>>
{
    public static int Bits => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* lane) => Avx2.IsSupported
        ? Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32((sbyte*)lane))
        : Vector256.Create(Int8Lane128.Load(lane), Int8Lane128.Load(lane + 4));
}

/// <inheritdoc cref="Int8Lane128"/>
readonly unsafe struct Int8Lane512 : IWeightLane<Vector512<float>>
{
    public static int Bits => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* lane) => Avx512F.IsSupported
        ? Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)lane)))
        : Vector512.Create(Int8Lane256.Load(lane), Int8Lane256.Load(lane + 8));
}

/// <summary>16-bit integers.</summary>
readonly unsafe struct Int16Lane128 : IWeightLane<Vector128<float>>
{
    public static int Bits => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(byte* lane) => Vector128.ConvertToSingle(Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32((short*)lane)
        : Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(lane)).AsInt16()));
}

/// <inheritdoc cref="Int16Lane128"/>
readonly unsafe struct Int16Lane256 : IWeightLane<Vector256<float>>
{
    public static int Bits => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* lane) => Avx2.IsSupported
        ? Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32((short*)lane))
        : Vector256.Create(Int16Lane128.Load(lane), Int16Lane128.Load(lane + 8));
}

/// <inheritdoc cref="Int16Lane128"/>
readonly unsafe struct Int16Lane512 : IWeightLane<Vector512<float>>
{
    public static int Bits => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* lane) => Avx512F.IsSupported
        ? Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector256.Load((short*)lane)))
        : Vector512.Create(Int16Lane256.Load(lane), Int16Lane256.Load(lane + 16));
}

/// <summary>2 bits in two's complement, the first weight in the lowest ones: 0, 1 or -1 (binary 11).</summary>
readonly unsafe struct TernaryLane128 : IWeightLane<Vector128<float>>
{
    public static int Bits => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(byte* lane) => Avx2.IsSupported
        // a permutation looks at the lowest two bits of each index: they are the weight
        ? Avx.PermuteVar(Vector128.Create(0f, 1, 0, -1), Avx2.ShiftRightLogicalVariable(Vector128.Create(Unsafe.ReadUnaligned<uint>(lane)), Vector128.Create(0u, 2, 4, 6)).AsInt32())
        : Widen(*lane);

    /// <summary>Writes the weight of an output of a lane of any width.</summary>
    public static void Put(byte* lane, int output, short weight) => lane[output / 4] |= (byte)((weight & 3) << (output % 4 * 2));

    /// <summary>Each weight's bits are moved to the top, and down again with their sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Widen(int bits) =>
        Vector128.ConvertToSingle(Vector128.ShiftRightArithmetic(Vector128.Create(bits) * Vector128.Create(1 << 30, 1 << 28, 1 << 26, 1 << 24), 30));
}

/// <inheritdoc cref="TernaryLane128"/>
readonly unsafe struct TernaryLane256 : IWeightLane<Vector256<float>>
{
    public static int Bits => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* lane)
    {
        if (!Avx2.IsSupported) return Vector256.Create(TernaryLane128.Load(lane), TernaryLane128.Load(lane + 1));
        Vector256<uint> bits = Avx2.ShiftRightLogicalVariable(Vector256.Create(Unsafe.ReadUnaligned<uint>(lane)), Vector256.Create(0u, 2, 4, 6, 8, 10, 12, 14));
        return Avx.PermuteVar(Vector256.Create(0f, 1, 0, -1, 0, 1, 0, -1), bits.AsInt32());
    }
}

/// <inheritdoc cref="TernaryLane128"/>
readonly unsafe struct TernaryLane512 : IWeightLane<Vector512<float>>
{
    public static int Bits => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* lane)
    {
        if (!Avx512F.IsSupported) return Vector512.Create(TernaryLane256.Load(lane), TernaryLane256.Load(lane + 2));
        Vector512<uint> bits = Avx512F.ShiftRightLogicalVariable(
            Vector512.Create(Unsafe.ReadUnaligned<uint>(lane)), Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
        return Avx512F.PermuteVar4x32(Vector512.Create(0f, 1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1), bits.AsInt32());
    }
}
