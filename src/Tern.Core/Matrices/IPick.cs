using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Matrices;

/// <summary>Picks from a window of x, by an index of a byte for each output of a lane.</summary>
unsafe interface IPick<V> where V : struct
{
    /// <summary>Columns of a window: what registers hold.</summary>
    static abstract int Window { get; }

    /// <summary>Indices for <see cref="Pick"/>, of as many bytes as a lane has floats.</summary>
    static abstract V Indices(byte* p);

    /// <summary>A window in two registers, or in the first.</summary>
    static abstract V First(float* window);

    /// <inheritdoc cref="First"/>
    static abstract V Second(float* window);

    /// <summary>window[index] of each output.</summary>
    static abstract V Pick(V first, V second, V indices);
}

/// <summary>4 columns in one register.</summary>
readonly unsafe struct Pick128 : IPick<Vector128<float>>
{
    public static int Window => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Indices(byte* p) => (Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32(p)
        : Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(p)).AsByte())).AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> First(float* window) => Vector128.Load(window);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Second(float* window) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick(Vector128<float> first, Vector128<float> second, Vector128<float> indices) => Vector128.Shuffle(first, indices.AsInt32());
}

/// <summary>8 columns in one register.</summary>
readonly unsafe struct Pick256 : IPick<Vector256<float>>
{
    public static int Window => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Indices(byte* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p).AsSingle()
        : Vector256.Create(Pick128.Indices(p), Pick128.Indices(p + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(float* window) => Vector256.Load(window);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(float* window) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick(Vector256<float> first, Vector256<float> second, Vector256<float> indices) => Vector256.Shuffle(first, indices.AsInt32());
}

/// <summary>32 columns in two registers.</summary>
readonly unsafe struct Pick512 : IPick<Vector512<float>>
{
    public static int Window => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Indices(byte* p) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector128.Load(p)).AsSingle()
        : Vector512.Create(Pick256.Indices(p), Pick256.Indices(p + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(float* window) => Vector512.Load(window);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Second(float* window) => Vector512.Load(window + 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick(Vector512<float> first, Vector512<float> second, Vector512<float> indices) => Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(first, indices.AsInt32(), second)
        : PickOneByOne(first, second, indices.AsInt32());

    static Vector512<float> PickOneByOne(Vector512<float> first, Vector512<float> second, Vector512<int> indices)
    {
        Vector512<float> picked = default;
        for (int i = 0; i < 16; i++) picked = picked.WithElement(i, indices[i] < 16 ? first[indices[i]] : second[indices[i] - 16]);
        return picked;
    }
}
