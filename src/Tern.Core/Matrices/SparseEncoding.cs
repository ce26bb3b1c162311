using Tern.Model;

namespace Tern.Matrices;

/// <summary>
/// The weights that are not 0, row by row. Parts: .values F32, I16 or I8 [kept]; .columns [kept], ascending in a row, U8
/// where the matrix has up to 256 columns, else U16 up to 65536, else I32; .offsets [rows + 1], where each row begins in
/// both, and where the last one ends, U8, U16 or I32 likewise; .scales F32 [scales] where the values are integers.
/// </summary>
public sealed record SparseEncoding : MatrixEncoding
{
    /// <summary>Bits of a kept weight: 32 for floats, or 8 or 16 for integers as in <see cref="IntegerEncoding"/>.</summary>
    public required int Bits { get; init; }

    /// <summary>Scales of integers, as in <see cref="IntegerEncoding"/>; null for floats.</summary>
    public int? Scales { get; init; }

    internal override IEnumerable<string> Parts => Scales is null ? [".values", ".columns", ".offsets"] : [".values", ".columns", ".offsets", ".scales"];

    internal override void Check(string name, int rows, int columns)
    {
        if (Bits is not (8 or 16 or 32))
            throw new TernException($"stores the kept weights of '{name}' in {Bits} bits; expected 8, 16 or 32.");
        if ((Bits == 32) != Scales is null)
            throw new TernException($"stores the kept weights of '{name}' in {Bits} bits with {Scales?.ToString() ?? "no"} scales; expected scales for integers, none for 32 bits.");
        if (Scales is { } scales)
            CheckScales(name, scales, rows);
    }

    internal override void CheckParts(string name, int rows, int columns, PartReader parts)
    {
        StoredTensor values = parts.Expect(".values", Bits == 32 ? "F32" : IntegerEncoding.TypeOf(Bits));
        if (values.Shape.Length != 1 || values.Shape[0] != values.Values.LongLength || values.Values.LongLength > (long)rows * columns)
            throw new TernException($"holds '{name}{parts.Prefix}.values' as {values.Print()}; expected one dimension of at most {(long)rows * columns}. {SafeTensors.Again}");
        int kept = values.Shape[0];
        StoredTensor indices = parts.Expect(".columns", StoredTensor.IndexType(columns - 1), kept), offsets = parts.Expect(".offsets", StoredTensor.IndexType(kept), rows + 1);
        if (offsets.Whole(0) != 0 || offsets.Whole(rows) != kept)
            throw new TernException($"begins '{name}{parts.Prefix}.offsets' with {offsets.Whole(0)} and ends it with {offsets.Whole(rows)}; expected 0 and {kept}. {SafeTensors.Again}");
        for (int row = 0; row < rows; row++)
        {
            int begin = offsets.Whole(row), end = offsets.Whole(row + 1);
            if (begin > end || end > kept)
                throw new TernException($"has row {row} of '{name}{parts.Prefix}' from {begin} to {end}; expected offsets that rise up to {kept}. {SafeTensors.Again}");
            for (int i = begin, before = -1; i < end; before = indices.Whole(i), i++)
                if (indices.Whole(i) <= before || indices.Whole(i) >= columns)
                    throw new TernException($"holds column {indices.Whole(i)} behind {before} in row {row} of '{name}{parts.Prefix}.columns'; expected rising columns from 0 to {columns - 1}. {SafeTensors.Again}");
        }
        if (Scales is { } scales)
        {
            IntegerEncoding.CheckValues(values, Bits, name, parts.Prefix);
            parts.ExpectScales(scales);
        }
        else
            parts.ExpectFinite(".values");
    }

    internal override void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts)
    {
        List<int> indices = [];
        List<float> kept = [];
        int[] offsets = new int[rows + 1];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                if (dense[row * columns + column] is var weight && weight != 0)
                {
                    indices.Add(column);
                    kept.Add(weight);
                }
            offsets[row + 1] = kept.Count;
        }
        Array values = kept.ToArray();
        if (Scales is { } count)
        {
            float[] scales = new float[count];
            values = StoredTensor.Room(IntegerEncoding.TypeOf(Bits), kept.Count);
            for (int i = 0, each = rows / count; i < count; i++)
                scales[i] = IntegerEncoding.Quantize(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kept)[offsets[i * each]..offsets[(i + 1) * each]], Bits, values, offsets[i * each]);
            parts.Add(prefix + ".scales", new([count], scales));
        }
        parts.Add(prefix + ".values", new([kept.Count], values));
        parts.Add(prefix + ".columns", StoredTensor.Indices([.. indices], columns - 1));
        parts.Add(prefix + ".offsets", StoredTensor.Indices(offsets, kept.Count));
    }

    internal override float[] Decode(int rows, int columns, PartReader parts)
    {
        SparseRows sparse = Rows(rows, parts);
        float[] dense = new float[(long)rows * columns];
        int each = rows / sparse.Scales.Length;
        for (int row = 0; row < rows; row++)
            for (int i = sparse.Offsets[row]; i < sparse.Offsets[row + 1]; i++)
                dense[(long)row * columns + sparse.Columns[i]] = sparse.Values[i] * sparse.Scales[row / each];
        return dense;
    }

    internal override PackedMatrix Pack(int rows, int columns, PartReader parts) => SparseMatrix.Create(Bits, rows, columns, parts.Bytes(this), Rows(rows, parts));

    internal override MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice)
    {
        int[] offsets = new int[to - from + 1];
        for (int i = 0; i < offsets.Length; i++) offsets[i] = parts[".offsets"].Whole(from + i);
        (int first, int behind) = (offsets[0], offsets[^1]);
        slice.Add(parts.Prefix + ".values", parts[".values"].Slice(first, behind));
        slice.Add(parts.Prefix + ".columns", parts[".columns"].Slice(first, behind));
        slice.Add(parts.Prefix + ".offsets", StoredTensor.Indices(Array.ConvertAll(offsets, offset => offset - first), behind - first));
        return Scales is null ? this : this with { Scales = parts.SliceScales(rows, from, to, slice) };
    }

    internal override string Print() => Scales is null ? "sparse, 32 bits" : $"sparse, {Bits} bits, {PrintScales(Scales.Value)}";

    SparseRows Rows(int rows, PartReader parts)
    {
        StoredTensor offsets = parts[".offsets"], indices = parts[".columns"], values = parts[".values"];
        int[] begins = new int[rows + 1], columns = new int[indices.Values.Length];
        for (int i = 0; i < begins.Length; i++) begins[i] = offsets.Whole(i);
        for (int i = 0; i < columns.Length; i++) columns[i] = indices.Whole(i);
        if (Bits == 32)
            return new(begins, columns, parts.Floats(".values"), [1]);
        float[] whole = new float[columns.Length];
        for (int i = 0; i < whole.Length; i++) whole[i] = values.Whole(i);
        return new(begins, columns, whole, parts.Floats(".scales"));
    }
}
