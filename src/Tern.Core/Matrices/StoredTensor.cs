using System.Runtime.CompilerServices;
using Tern.Model;

namespace Tern.Matrices;

/// <summary>A tensor as a file stores it: a part of an encoded matrix.</summary>
/// <param name="shape">Sizes, outermost first.</param>
/// <param name="values">A float[], sbyte[], short[], byte[], ushort[] or int[] of as many values, row-major.</param>
public sealed class StoredTensor(int[] shape, Array values)
{
    // the runtime lets an sbyte[] pass for a byte[], and short[] for ushort[]: the exact type counts
    readonly Kind kind = Array.IndexOf(Types, values.GetType()) is var index and >= 0 ? (Kind)index : Kind.Unknown;

    static readonly Type[] Types = [typeof(float[]), typeof(int[]), typeof(short[]), typeof(ushort[]), typeof(sbyte[]), typeof(byte[])];

    enum Kind { F32, I32, I16, U16, I8, U8, Unknown }

    /// <summary>Sizes, outermost first.</summary>
    public int[] Shape => shape;

    /// <summary>A float[], sbyte[], short[], byte[], ushort[] or int[], row-major.</summary>
    public Array Values => values;

    /// <summary>The outermost entries [from, to).</summary>
    internal StoredTensor Slice(int from, int to)
    {
        int each = (int)(Values.LongLength / Math.Max(1, Shape[0]));
        Array some = Room(Type!, (long)(to - from) * each);
        Array.Copy(values, (long)from * each, some, 0, some.LongLength);
        return new([to - from, .. Shape[1..]], some);
    }

    /// <summary>The name of the type in safetensors; null for one that is not written.</summary>
    internal string? Type => kind == Kind.Unknown ? null : kind.ToString();

    /// <summary>Bytes of the values.</summary>
    internal long Bytes => Values.LongLength * SizeOf(Type);

    /// <summary>Bytes of a value of a type of safetensors; 0 for types that Tern does not read.</summary>
    internal static int SizeOf(string? type) => type switch { "F32" or "I32" => 4, "I16" or "U16" => 2, "I8" or "U8" => 1, _ => 0 };

    /// <summary>Room for values of such a type.</summary>
    internal static Array Room(string type, long count) => type switch
    {
        "F32" => new float[count],
        "I32" => new int[count],
        "I16" => new short[count],
        "U16" => new ushort[count],
        "I8" => new sbyte[count],
        _ => new byte[count],
    };

    /// <summary>Whole numbers as the narrowest of U8, U16 and I32 that holds 0 to <paramref name="largest"/>.</summary>
    internal static StoredTensor Indices(int[] values, int largest) => new([values.Length], IndexType(largest) switch
    {
        "U8" => Array.ConvertAll(values, value => (byte)value),
        "U16" => Array.ConvertAll(values, value => (ushort)value),
        _ => values,
    });

    /// <summary>The type of <see cref="Indices"/>.</summary>
    internal static string IndexType(int largest) => largest <= byte.MaxValue ? "U8" : largest <= ushort.MaxValue ? "U16" : "I32";

    /// <summary>A whole number of it.</summary>
    internal int Whole(long i) => kind switch
    {
        Kind.I32 => Unsafe.As<int[]>(values)[i],
        Kind.I16 => Unsafe.As<short[]>(values)[i],
        Kind.U16 => Unsafe.As<ushort[]>(values)[i],
        Kind.I8 => Unsafe.As<sbyte[]>(values)[i],
        Kind.U8 => Unsafe.As<byte[]>(values)[i],
        _ => 0,
    };

    /// <summary>"U16 [300]".</summary>
    internal string Print() => $"{Type ?? Values.GetType().Name} {TensorData.Print(Shape)}";
}
