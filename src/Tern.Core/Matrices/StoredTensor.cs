using Tern.Model;

namespace Tern.Matrices;

/// <summary>A tensor as a file stores it: a part of an encoded matrix.</summary>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Values">A float[], sbyte[], short[], byte[], ushort[] or int[] of as many values, row-major.</param>
public sealed record StoredTensor(int[] Shape, Array Values)
{
    /// <summary>The name of the type in safetensors; null for one that is not written.</summary>
    internal string? Type => Values switch
    {
        // the runtime lets an sbyte[] pass for a byte[]: the exact type counts
        _ when Values.GetType() == typeof(float[]) => "F32",
        _ when Values.GetType() == typeof(sbyte[]) => "I8",
        _ when Values.GetType() == typeof(short[]) => "I16",
        _ when Values.GetType() == typeof(byte[]) => "U8",
        _ when Values.GetType() == typeof(ushort[]) => "U16",
        _ when Values.GetType() == typeof(int[]) => "I32",
        _ => null,
    };

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
    internal int Whole(long i) => Values switch
    {
        int[] values => values[i],
        short[] values when Type == "I16" => values[i],
        ushort[] values => values[i],
        sbyte[] values when Type == "I8" => values[i],
        byte[] values => values[i],
        _ => 0,
    };

    /// <summary>"U16 [300]".</summary>
    internal string Print() => $"{Type ?? Values.GetType().Name} {TensorData.Print(Shape)}";
}
