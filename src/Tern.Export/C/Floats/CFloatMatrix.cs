using Tern.FixedPoint;
using Tern.Matrices;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>
/// A matrix as tables of C, as the model file stores it: floats, integers of 8 or 16 bits with scales, three levels with
/// scales (four weights a byte), any but the last also as a list of the weights that are not 0.
/// </summary>
sealed class CFloatMatrix
{
    const int Most = ushort.MaxValue;      // rows and columns: loops count in 16 bits

    readonly SourceMatrix source;
    readonly bool sparse, ternary;

    CFloatMatrix(string name, SourceMatrix source, bool sparse, bool ternary)
    {
        if (Math.Max(source.Rows, source.Columns) > Most)
            throw new TernException($"The matrix '{source.Name}' is [{source.Rows}, {source.Columns}]; the C code counts up to {Most}. Export a smaller model.");
        (Name, this.source, this.sparse, this.ternary) = (name, source, sparse, ternary);
    }

    /// <summary>Of its tables, behind the prefix of the export.</summary>
    public string Name { get; }

    public int Rows => source.Rows;

    public int Columns => source.Columns;

    /// <summary>"float", "int8", "sparse_int16" ...: the end of the name of the function that multiplies by it.</summary>
    public string Kind => $"{(sparse ? "sparse_" : "")}{(ternary ? "ternary" : source.Integers is null ? "float" : $"int{source.Bits}")}{(sparse && Columns > 256 ? "_wide" : "")}";

    /// <summary>Multiplications, or for three levels additions, of a product.</summary>
    public int MultiplyAdds => sparse ? Kept.Length : Rows * Columns;

    public int Bytes => (ternary ? Rows * ((Columns + 3) / 4) : MultiplyAdds * (source.Integers is null ? sizeof(float) : source.Bits / 8))
        + (sparse ? Kept.Length * (Columns > 256 ? 2 : 1) + 2 * Rows : 0) + sizeof(float) * source.Scales.Length;

    int[] Kept => [.. Enumerable.Range(0, source.Values.Length).Where(i => source.Values[i] != 0)];

    /// <summary>The factors of a stored matrix, in the order in which they multiply: one, or two where it is stored at a low rank.</summary>
    public static IReadOnlyList<CFloatMatrix> Of(IReadOnlyDictionary<string, TensorData> tensors, string tensor, string name)
    {
        if (!ModelTensors.IsEncoded(tensors, tensor, out EncodedMatrix? matrix)) return [new(name, SourceMatrix.Of(tensors, tensor), sparse: false, ternary: false)];
        return matrix.Factors is var (left, right) ? [Of(tensor, name + "1", right), Of(tensor, name + "2", left)] : [Of(tensor, name, matrix)];
    }

    static CFloatMatrix Of(string tensor, string name, EncodedMatrix matrix) =>
        new(name, SourceMatrix.Of(tensor, matrix.Encoding, matrix.Rows, matrix.Columns, new("", matrix.Parts)), matrix.Encoding is SparseEncoding, matrix.Encoding is TernaryEncoding);

    /// <summary>Rows [from, to) as a matrix of its own.</summary>
    public CFloatMatrix Block(string name, int from, int to) => (from, to) == (0, Rows) ? this : new(name, source.Block(from, to - from), sparse, ternary);

    /// <summary>y += W x.</summary>
    public string Call(CFloatModel model, string x, string y)
    {
        string table = $"{model.Name}_{Name}";
        string lists = sparse ? $", {table}_counts, {table}_columns" : "", scales = source.Scales.Length > 0 ? $", {table}_scales, {Rows / source.Scales.Length}" : "";
        return $"{model.Name}_add_{Kind}({table}{lists}{scales}, {x}, {y}, {Rows}{(sparse ? "" : $", {Columns}")});";
    }

    public void PrintTables(CFloatModel model, CText text)
    {
        string table = $"{model.Name}_{Name}";
        text.Line($"/* {source.Name}: [{Rows}, {Columns}]{(sparse ? $", {Kept.Length} weights are listed" : "")}{(source.Scales.Length > 0 ? $", times {(source.Scales.Length == 1 ? "a scale" : "the scale of the row")}" : "")} */");
        // C has no empty arrays: where nothing is kept a 0 stands that nothing reads
        int[] kept = sparse ? Kept is { Length: > 0 } some ? some : [0] : [.. Enumerable.Range(0, source.Values.Length)];
        if (ternary) text.Array("uint8_t", table, model.Rom, Levels());
        else if (source.Integers is { } integers) text.Array($"int{source.Bits}_t", table, model.Rom, kept.Select(i => integers[i]));
        else text.Array("float", table, model.Rom, kept.Select(i => CFloatText.Number(source.Values[i])));
        if (sparse)
        {
            text.Array("uint16_t", table + "_counts", model.Rom, Enumerable.Range(0, Rows).Select(row => Enumerable.Range(row * Columns, Columns).Count(i => source.Values[i] != 0)));
            text.Array(Columns > 256 ? "uint16_t" : "uint8_t", table + "_columns", model.Rom, kept.Select(i => i % Columns));
        }
        if (source.Scales.Length > 0) text.Array("float", table + "_scales", model.Rom, source.Scales.Select(CFloatText.Number));
        text.Line();
    }

    /// <summary>Two bits a weight, the first in the lowest bits; a row begins with a byte.</summary>
    IEnumerable<int> Levels()
    {
        for (int row = 0; row < Rows; row++)
            for (int from = 0; from < Columns; from += 4)
                yield return Enumerable.Range(from, Math.Min(4, Columns - from)).Sum(j => source.Integers![row * Columns + j] switch { 0 => 0, > 0 => 1, _ => 2 } << 2 * (j - from));
    }
}
