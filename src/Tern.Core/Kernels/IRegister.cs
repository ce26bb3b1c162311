using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels;

/// <summary>
/// The few operations of a product, on bare vectors. <see cref="ILane{T}"/> wraps a vector in a struct, and the copies
/// between such structs cost a tile that uses all registers more than half of its speed: the compiler spills them.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
unsafe interface IRegister<V> where V : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    static abstract V Zero { get; }

    static abstract V Broadcast(float value);

    static abstract V Load(float* p);

    static abstract void Store(V v, float* p);

    static abstract V Add(V a, V b);

    /// <summary>a * b + c.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>Whether the processor reads and writes a part of a vector.</summary>
    static abstract bool HasMask { get; }

    /// <summary>For <see cref="LoadMasked"/> and <see cref="StoreMasked"/>: the first <paramref name="count"/> elements.</summary>
    static abstract V Mask(int count);

    /// <summary>The elements of the mask; 0 for the others, whose memory is not touched.</summary>
    static abstract V LoadMasked(float* p, V mask);

    /// <summary>Writes the elements of the mask and nothing else.</summary>
    static abstract void StoreMasked(V v, float* p, V mask);
}

/// <summary>128 bits. Without FMA in the processor a product and a sum, as in <see cref="F128"/>.</summary>
readonly unsafe struct Register128 : IRegister<Vector128<float>>
{
    public static int Width => 4;
    public static Vector128<float> Zero => Vector128<float>.Zero;
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);
    public static Vector128<float> Load(float* p) => Vector128.Load(p);
    public static void Store(Vector128<float> v, float* p) => v.Store(p);
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);
    public static bool HasMask => Avx.IsSupported;
    public static Vector128<float> Mask(int count) => Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
    public static Vector128<float> LoadMasked(float* p, Vector128<float> mask) => Avx.MaskLoad(p, mask);
    public static void StoreMasked(Vector128<float> v, float* p, Vector128<float> mask) => Avx.MaskStore(p, mask, v);
}

/// <summary>256 bits.</summary>
readonly unsafe struct Register256 : IRegister<Vector256<float>>
{
    public static int Width => 8;
    public static Vector256<float> Zero => Vector256<float>.Zero;
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);
    public static Vector256<float> Load(float* p) => Vector256.Load(p);
    public static void Store(Vector256<float> v, float* p) => v.Store(p);
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);
    public static bool HasMask => Avx.IsSupported;
    public static Vector256<float> Mask(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
    public static Vector256<float> LoadMasked(float* p, Vector256<float> mask) => Avx.MaskLoad(p, mask);
    public static void StoreMasked(Vector256<float> v, float* p, Vector256<float> mask) => Avx.MaskStore(p, mask, v);
}

/// <summary>512 bits.</summary>
readonly unsafe struct Register512 : IRegister<Vector512<float>>
{
    public static int Width => 16;
    public static Vector512<float> Zero => Vector512<float>.Zero;
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);
    public static Vector512<float> Load(float* p) => Vector512.Load(p);
    public static void Store(Vector512<float> v, float* p) => v.Store(p);
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
    public static bool HasMask => Avx512F.IsSupported;
    public static Vector512<float> Mask(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
    public static Vector512<float> LoadMasked(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);
    public static void StoreMasked(Vector512<float> v, float* p, Vector512<float> mask) => Avx512F.MaskStore(p, mask, v);
}
