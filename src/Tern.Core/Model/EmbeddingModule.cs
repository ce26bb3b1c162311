namespace Tern.Model;

/// <summary>Copies a row of the table for each token id.</summary>
sealed unsafe class EmbeddingModule(EmbeddingSpec spec, IReadOnlyDictionary<string, TensorData> tensors) : RuntimeModule
{
    readonly float[] table = tensors[$"{spec.Name}.weight"].Values;    // [vocabulary, width]
    readonly int width = spec.Width;

    public override int Width => width;

    public override void Run(in ModuleArgs args)
    {
        Span<float> y = new(args.Y, args.Time * args.Batch * width);
        for (int row = 0; row < args.Time * args.Batch; row++)
            table.AsSpan(args.Tokens[row] * width, width).CopyTo(y[(row * width)..]);
    }
}
