namespace Tern.Matrices;

/// <summary>Two factors: W = left right, left [rows, rank], right [rank, columns], each stored in its own way. Parts: those of ".left" and ".right".</summary>
public sealed record LowRankEncoding : MatrixEncoding
{
    /// <summary>Columns of left, rows of right; at most the smaller size of the matrix.</summary>
    public required int Rank { get; init; }

    /// <summary>How left is stored; not low rank again.</summary>
    public required MatrixEncoding Left { get; init; }

    /// <summary>How right is stored; not low rank again.</summary>
    public required MatrixEncoding Right { get; init; }

    internal override IEnumerable<string> Parts => [.. Left.Parts.Select(part => ".left" + part), .. Right.Parts.Select(part => ".right" + part)];

    internal override void Check(string name, int rows, int columns)
    {
        if (Rank < 1 || Rank > Math.Min(rows, columns))
            throw new TernException($"stores '{name}' [{rows}, {columns}] with rank {Rank}; expected 1 to {Math.Min(rows, columns)}.");
        if (Left is LowRankEncoding or null || Right is LowRankEncoding or null)
            throw new TernException($"stores a factor of '{name}' as factors again; expected another encoding.");
        Left.Check(name + ".left", rows, Rank);
        Right.Check(name + ".right", Rank, columns);
    }

    internal override void CheckParts(string name, int rows, int columns, PartReader parts)
    {
        Left.CheckParts(name, rows, Rank, parts.Factor(".left"));
        Right.CheckParts(name, Rank, columns, parts.Factor(".right"));
    }

    internal override void Encode(float[] dense, int rows, int columns, string prefix, Dictionary<string, StoredTensor> parts) =>
        throw new TernException($"A dense matrix [{rows}, {columns}] is no two factors of rank {Rank}; give them, as a truncated singular value decomposition makes them.");

    internal override float[] Decode(int rows, int columns, PartReader parts)
    {
        float[] left = Left.Decode(rows, Rank, parts.Factor(".left")), right = Right.Decode(Rank, columns, parts.Factor(".right"));
        float[] dense = new float[(long)rows * columns];
        for (int row = 0; row < rows; row++)
            for (int r = 0; r < Rank; r++)
            {
                float factor = left[(long)row * Rank + r];
                ReadOnlySpan<float> from = right.AsSpan(r * columns, columns);
                Span<float> to = dense.AsSpan(row * columns, columns);
                for (int column = 0; column < columns; column++)
                    to[column] += factor * from[column];
            }
        return dense;
    }

    internal override PackedMatrix Pack(int rows, int columns, PartReader parts) =>
        new LowRankMatrix(Left.Pack(rows, Rank, parts.Factor(".left")), Right.Pack(Rank, columns, parts.Factor(".right")));

    internal override MatrixEncoding Slice(int rows, int columns, int from, int to, PartReader parts, Dictionary<string, StoredTensor> slice)
    {
        MatrixEncoding left = Left.Slice(rows, Rank, from, to, parts.Factor(".left"), slice);
        foreach (string part in Right.Parts)
            slice.Add(".right" + part, parts[".right" + part]);
        return this with { Left = left };
    }

    internal override string Print() => $"rank {Rank} ({Left.Print()}; {Right.Print()})";
}
