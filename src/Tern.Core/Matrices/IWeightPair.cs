using System.Runtime.Intrinsics;

namespace Tern.Matrices;

/// <summary>
/// How a lane of outputs lies in memory for two neighbouring columns, from which each is widened to floats in registers.
/// At sizes that lie in the second-level cache a product waits for that, not for memory: so 8-bit weights lie as 16 bits
/// that take one operation each, where a byte would take two.
/// </summary>
/// <typeparam name="V">The vector type of a lane.</typeparam>
unsafe interface IWeightPair<V> where V : struct
{
    /// <summary>Bytes of both columns of a lane.</summary>
    static abstract int Bytes { get; }

    /// <summary>What one stands for among what <see cref="First"/> and <see cref="Second"/> give; scales make up for it.</summary>
    static abstract float One { get; }

    /// <summary>The first column's weights as floats. May read up to 3 bytes behind the pair.</summary>
    static abstract V First(byte* pair);

    /// <summary>The second column's.</summary>
    static abstract V Second(byte* pair);

    /// <summary>Writes the weight of an output of the lane in column 0 or 1.</summary>
    static abstract void Put(byte* pair, int output, int column, short weight);
}

/// <summary>
/// 8-bit integers as the upper halves of floats, which hold them exactly: the first column's in the lower half of each 32
/// bits, the second's in the upper half. The lower half of that one is cleared, not left: it would be a part of the weight.
/// </summary>
static class HalfFloats
{
    /// <summary>The bits of a float's upper half.</summary>
    public const int Upper = unchecked((int)0xFFFF0000);

    public static unsafe void Put(byte* pair, int output, int column, short weight) =>
        ((ushort*)pair)[2 * output + column] = (ushort)(BitConverter.SingleToUInt32Bits(weight) >> 16);
}

/// <inheritdoc cref="HalfFloats"/>
readonly unsafe struct HalfPair128 : IWeightPair<Vector128<float>>
{
    public static int Bytes => 16;
    public static float One => 1;
    public static Vector128<float> First(byte* pair) => (Vector128.Load((int*)pair) << 16).AsSingle();
    public static Vector128<float> Second(byte* pair) => (Vector128.Load((int*)pair) & Vector128.Create(HalfFloats.Upper)).AsSingle();
    public static void Put(byte* pair, int output, int column, short weight) => HalfFloats.Put(pair, output, column, weight);
}

/// <inheritdoc cref="HalfFloats"/>
readonly unsafe struct HalfPair256 : IWeightPair<Vector256<float>>
{
    public static int Bytes => 32;
    public static float One => 1;
    public static Vector256<float> First(byte* pair) => (Vector256.Load((int*)pair) << 16).AsSingle();
    public static Vector256<float> Second(byte* pair) => (Vector256.Load((int*)pair) & Vector256.Create(HalfFloats.Upper)).AsSingle();
    public static void Put(byte* pair, int output, int column, short weight) => HalfFloats.Put(pair, output, column, weight);
}

/// <inheritdoc cref="HalfFloats"/>
readonly unsafe struct HalfPair512 : IWeightPair<Vector512<float>>
{
    public static int Bytes => 64;
    public static float One => 1;
    public static Vector512<float> First(byte* pair) => (Vector512.Load((int*)pair) << 16).AsSingle();
    public static Vector512<float> Second(byte* pair) => (Vector512.Load((int*)pair) & Vector512.Create(HalfFloats.Upper)).AsSingle();
    public static void Put(byte* pair, int output, int column, short weight) => HalfFloats.Put(pair, output, column, weight);
}

/// <summary>16-bit integers, side by side in 32 bits, of which they are the upper half when they are converted.</summary>
readonly unsafe struct Int16Pair128 : IWeightPair<Vector128<float>>
{
    public static int Bytes => 16;
    public static float One => 1 << 16;
    public static Vector128<float> First(byte* pair) => Vector128.ConvertToSingle(Vector128.Load((int*)pair) << 16);
    public static Vector128<float> Second(byte* pair) => Vector128.ConvertToSingle(Vector128.Load((int*)pair) & Vector128.Create(HalfFloats.Upper));
    public static void Put(byte* pair, int output, int column, short weight) => ((short*)pair)[2 * output + column] = weight;
}

/// <inheritdoc cref="Int16Pair128"/>
readonly unsafe struct Int16Pair256 : IWeightPair<Vector256<float>>
{
    public static int Bytes => 32;
    public static float One => 1 << 16;
    public static Vector256<float> First(byte* pair) => Vector256.ConvertToSingle(Vector256.Load((int*)pair) << 16);
    public static Vector256<float> Second(byte* pair) => Vector256.ConvertToSingle(Vector256.Load((int*)pair) & Vector256.Create(HalfFloats.Upper));
    public static void Put(byte* pair, int output, int column, short weight) => ((short*)pair)[2 * output + column] = weight;
}

/// <inheritdoc cref="Int16Pair128"/>
readonly unsafe struct Int16Pair512 : IWeightPair<Vector512<float>>
{
    public static int Bytes => 64;
    public static float One => 1 << 16;
    public static Vector512<float> First(byte* pair) => Vector512.ConvertToSingle(Vector512.Load((int*)pair) << 16);
    public static Vector512<float> Second(byte* pair) => Vector512.ConvertToSingle(Vector512.Load((int*)pair) & Vector512.Create(HalfFloats.Upper));
    public static void Put(byte* pair, int output, int column, short weight) => ((short*)pair)[2 * output + column] = weight;
}

/// <summary>2-bit weights as in <see cref="TernaryLane128"/>, the second column's lane behind the first's.</summary>
readonly unsafe struct TernaryPair128 : IWeightPair<Vector128<float>>
{
    public static int Bytes => 2;
    public static float One => 1;
    public static Vector128<float> First(byte* pair) => TernaryLane128.Load(pair);
    public static Vector128<float> Second(byte* pair) => TernaryLane128.Load(pair + 1);
    public static void Put(byte* pair, int output, int column, short weight) => TernaryLane128.Put(pair + column, output, weight);
}

/// <inheritdoc cref="TernaryPair128"/>
readonly unsafe struct TernaryPair256 : IWeightPair<Vector256<float>>
{
    public static int Bytes => 4;
    public static float One => 1;
    public static Vector256<float> First(byte* pair) => TernaryLane256.Load(pair);
    public static Vector256<float> Second(byte* pair) => TernaryLane256.Load(pair + 2);
    public static void Put(byte* pair, int output, int column, short weight) => TernaryLane128.Put(pair + 2 * column, output, weight);
}

/// <inheritdoc cref="TernaryPair128"/>
readonly unsafe struct TernaryPair512 : IWeightPair<Vector512<float>>
{
    public static int Bytes => 8;
    public static float One => 1;
    public static Vector512<float> First(byte* pair) => TernaryLane512.Load(pair);
    public static Vector512<float> Second(byte* pair) => TernaryLane512.Load(pair + 4);
    public static void Put(byte* pair, int output, int column, short weight) => TernaryLane128.Put(pair + 4 * column, output, weight);
}
