using Tern.Model;

namespace Tern.Matrices;

/// <summary>32-bit floats: the tensor itself.</summary>
public sealed record Float32Encoding : MatrixEncoding
{
    internal override IEnumerable<string> Parts => [""];

    internal override void Check(string name, int rows, int columns)
    {
    }

    internal override void CheckParts(string name, int rows, int columns, PartReader parts)
    {
        parts.Expect("", "F32", rows, columns);
        parts.ExpectFinite("");
    }

    internal override void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts) =>
        parts.Add(prefix, new([rows, columns], dense));

    internal override float[] Decode(int rows, int columns, PartReader parts) => parts.Floats("");

    internal override PackedMatrix Pack(int rows, int columns, PartReader parts) => new F32Matrix(new TensorData([rows, columns], parts.Floats("")));

    internal override MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice)
    {
        slice.Add(parts.Prefix, parts[""].Slice(from, to));
        return this;
    }

    internal override string Print() => "float32";
}
