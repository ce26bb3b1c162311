using Tern.Cells;
using Tern.Kernels;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>One recurrent layer: normalise, project, then product and scan block by block, for each direction.</summary>
sealed unsafe class RecurrentModule : RuntimeModule
{
    readonly RecurrentSpec spec;
    readonly StepKernel step;
    readonly int blocks;
    readonly Direction[] directions;
    readonly PackedMatrix? projection;
    readonly AlignedBuffer<float>? normWeight, normBias;
    readonly AlignedBuffer<float> ones;          // no variational dropout at inference

    public RecurrentModule(RecurrentSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        this.spec = spec;
        step = KernelCatalogue.Step(spec.Cell);
        blocks = spec.Blocks;
        CellSpec cell = CellCatalogue.Spec(spec.Cell);
        directions = [.. spec.DirectionNames.Select(name => new Direction($"{spec.Name}.{name}", cell, spec, tensors))];
        if (spec.Projection is not null)
            projection = ModelTensors.Matrix(tensors, $"{spec.Name}.projection");
        if (spec.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent)
            foreach (var (direction, name) in directions.Zip(spec.DirectionNames))
                (direction.NormWeight, direction.NormBias) = (Concatenate([tensors[$"{spec.Name}.{name}.norm.weight"]]), Concatenate([tensors[$"{spec.Name}.{name}.norm.bias"]]));
        else if (spec.LayerNorm != LayerNormPlace.None)
            (normWeight, normBias) = (Concatenate([tensors[$"{spec.Name}.norm.weight"]]), Concatenate([tensors[$"{spec.Name}.norm.bias"]]));
        ones = new(spec.Hidden);
        ones.Span.Fill(1);
    }

    /// <summary>Floats of a row of h.</summary>
    int HiddenRow => spec.Directions * spec.Hidden;

    public override int Width => spec.Width;
    public override int StateBlocks => spec.Directions;
    public override int StateWidth => step.States * spec.Hidden;

    public override long ScratchFloats(int time, int batch)
    {
        long rows = (long)time * batch, most = 0;
        foreach (Direction direction in directions)      // their matrices may be of unequal rank
            most = Math.Max(most, ScanForward.ScratchFloats(Pass(direction, new() { Time = time, Batch = batch }, null, 0), batch));
        return (spec.LayerNorm == LayerNormPlace.Before ? rows * spec.Input : 0) + rows * (spec.Projection ?? 0) + rows * (spec.RecurrentProjection is null ? 0 : HiddenRow) + most;
    }

    public override void Run(in ModuleArgs args)
    {
        int rows = args.Time * args.Batch;
        float* x = args.X, scratch = args.Scratch;
        if (spec.LayerNorm == LayerNormPlace.Before)
        {
            Normalize(x, scratch, rows, args);
            x = scratch;                         // [time, batch, input]
            scratch += (long)rows * spec.Input;
        }
        if (projection is not null)
        {
            projection.Multiply(x, scratch, rows, accumulate: false);
            x = scratch;                         // [time, batch, rank]
            scratch += (long)rows * spec.Projection!.Value;
        }
        float* h = args.Y;
        if (spec.RecurrentProjection is not null)
        {
            h = scratch;                         // [time, batch, directions x hidden]
            scratch += (long)rows * HiddenRow;
        }
        for (int i = 0; i < directions.Length; i++)
        {
            ScanPass pass = Pass(directions[i], args, x, i);
            pass.Y = h + i * spec.Hidden;
            ScanForward.Run(pass, 0, args.Batch, scratch);
            if (spec.RecurrentProjection is { } columns)
                directions[i].Projected!.Multiply(pass.Y, HiddenRow, args.Y + i * columns, spec.Width, rows, accumulate: false);
        }
        if (spec.LayerNorm == LayerNormPlace.After)
            Normalize(args.Y, args.Y, rows, args);
    }

    ScanPass Pass(Direction direction, in ModuleArgs args, float* x, int index) => new()
    {
        Step = step,
        Time = args.Time,
        Batch = args.Batch,
        Input = spec.Projection ?? spec.Input,
        Units = spec.Hidden,
        Blocks = blocks,
        Recurrent = direction.Recurrent,
        Reverse = index == 1,
        X = x,
        Weight = direction.Weight,
        Interleaved = true,
        NormWidth = spec.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent ? spec.NormWidth : 0,
        NormWeight = direction.NormWeight is { } weight ? weight.Pointer : null,
        NormBias = direction.NormBias is { } bias ? bias.Pointer : null,
        Skip = step.Skip && blocks == step.Inputs ? args.X + index * spec.Hidden : null,
        SkipStride = spec.Input,
        Mask = ones.Pointer,
        Ones = ones.Pointer,
        Keep = direction.Keep is { } keep ? keep.Pointer : null,
        P = direction.Vectors.Pointer,
        Q = direction.Numbers.Pointer,
        C = args.State + (long)index * args.Batch * StateWidth,
        YStride = HiddenRow,
        Active = args.Active,
    };

    void Normalize(float* x, float* y, int rows, in ModuleArgs args)
    {
        int width = spec.NormWidth;
        for (int row = 0; row < rows; row++, x += width, y += width)
            if (args.IsActive(row))
                LayerNorm.Row(x, y, width, normWeight!.Pointer, normBias!.Pointer);
            else
                new Span<float>(y, width).Clear();
    }

    static AlignedBuffer<float> Concatenate(IEnumerable<TensorData> tensors)
    {
        float[] values = [.. tensors.SelectMany(tensor => tensor.Values)];
        AlignedBuffer<float> all = new(values.Length);
        values.CopyTo(all.Span);
        return all;
    }

    /// <summary>The parameters of one direction.</summary>
    sealed class Direction
    {
        readonly AlignedBuffer<float>? gain, stateNorm;

        public Direction(string name, CellSpec cell, RecurrentSpec layer, IReadOnlyDictionary<string, TensorData> tensors)
        {
            int hidden = layer.Hidden;
            Weight = new(ModelTensors.Matrix(tensors, $"{name}.weight"));
            Vectors = Concatenate(cell.Vectors.Select(vector => tensors[$"{name}.{vector}"]));
            Numbers = Concatenate([.. cell.Scalars.Select(scalar => Sigmoid(tensors[$"{name}.{scalar}"])), .. cell.Constants.Select(number => tensors[$"{name}.{number}"])]);
            if (cell.Zoneout)
                Keep = Concatenate([new([hidden], [.. Enumerable.Repeat(tensors[$"{name}.keep"].Values[0], hidden)])]);
            if (cell.Recurrent.Length == 0)
                return;
            if (layer.RecurrentProjection is not null)
                Projected = ModelTensors.Matrix(tensors, $"{name}.recurrent_projection");
            if (layer.LayerNorm == LayerNormPlace.Recurrent)
                gain = Concatenate([tensors[$"{name}.recurrent_norm"]]);
            if (cell.Normalised is not null)
                stateNorm = Concatenate([tensors[$"{name}.state_norm.weight"], tensors[$"{name}.state_norm.bias"]]);
            Recurrent = RecurrentFactors.Pack(name, cell, layer, tensors) with
            {
                Gain = gain is null ? null : gain.Pointer,
                StateNorm = stateNorm is null ? null : stateNorm.Pointer,
            };
        }

        /// <summary>[blocks x hidden, input or rank].</summary>
        public Factor Weight { get; }

        /// <summary>U; of no blocks for the scan family.</summary>
        public RecurrentPass Recurrent { get; }

        /// <summary>P of a recurrent projection, [projection, hidden]; null where there is none.</summary>
        public PackedMatrix? Projected { get; }

        /// <summary>[vectors, hidden].</summary>
        public AlignedBuffer<float> Vectors { get; }

        /// <summary>Of the layer normalisation of the products; null where there is none.</summary>
        public AlignedBuffer<float>? NormWeight { get; set; }

        /// <inheritdoc cref="NormWeight"/>
        public AlignedBuffer<float>? NormBias { get; set; }

        /// <summary>Zoneout's expected share of the new state, [hidden]; null for cells without.</summary>
        public AlignedBuffer<float>? Keep { get; }

        /// <summary>Sigmoids of the scalars, then constants.</summary>
        public AlignedBuffer<float> Numbers { get; }

        static TensorData Sigmoid(TensorData scalar) => new(scalar.Shape, [1 / (1 + MathF.Exp(-scalar.Values[0]))]);
    }
}
