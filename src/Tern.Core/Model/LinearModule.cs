using Tern.Matrices;

namespace Tern.Model;

/// <summary>y = W x + b, for each step of a sequence or for one pooled row.</summary>
sealed unsafe class LinearModule(LinearSpec spec, FlowKind input, IReadOnlyDictionary<string, TensorData> tensors) : RuntimeModule
{
    readonly PackedMatrix weight = ModelTensors.Matrix(tensors, $"{spec.Name}.weight");
    readonly float[] bias = tensors[$"{spec.Name}.bias"].Values;

    public override int Width => bias.Length;

    public override void Run(in ModuleArgs args)
    {
        bool pooled = input == FlowKind.Row;
        int rows = pooled ? args.Batch : args.Time * args.Batch;
        for (int row = 0; row < rows; row++)
            bias.CopyTo(new Span<float>(args.Y + (long)row * bias.Length, bias.Length));
        weight.Multiply(args.X, args.Y, rows, accumulate: true);
        for (int row = 0; row < rows && !pooled; row++)
            if (!args.IsActive(row))
                new Span<float>(args.Y + (long)row * bias.Length, bias.Length).Clear();
    }
}
