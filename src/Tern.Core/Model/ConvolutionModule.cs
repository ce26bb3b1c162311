using System.Numerics;
using System.Runtime.InteropServices;
using Tern.Kernels;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>
/// A convolution over time as a sum of products, one for each step back: windows ascend, so those that reach a step are the
/// last columns of the output. Rows of a step are one block of the input [time, batch, columns], so nothing is copied.
/// The state is the input's rows of the last steps, [longest window - 1, input].
/// </summary>
sealed unsafe class ConvolutionModule : RuntimeModule
{
    readonly int input, width, past;
    readonly float[] bias;
    readonly Lag[] lags;                    // empty where a weight is encoded
    readonly PackedMatrix[] matrices;       // of each window where one is encoded, else empty
    readonly int filters;
    readonly int[] windows;

    public ConvolutionModule(ConvolutionSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        (input, width, past) = (spec.Input, spec.Width, spec.Windows[^1] - 1);
        bias = [.. spec.Windows.SelectMany(window => tensors[$"{spec.Name}.window{window}.bias"].Values)];
        string[] names = [.. spec.Windows.Select(window => $"{spec.Name}.window{window}.weight")];
        (filters, windows) = (spec.Filters, [.. spec.Windows]);
        bool encoded = names.Any(name => ModelTensors.IsEncoded(tensors, name, out _));
        matrices = encoded ? [.. names.Select(name => ModelTensors.Matrix(tensors, name))] : [];
        float[][] weights = encoded ? [] : [.. spec.Windows.Select(window => tensors[$"{spec.Name}.window{window}.weight"].Values)];
        lags = encoded ? [] : [.. Enumerable.Range(0, past + 1).Select(lag => new Lag(spec, weights, lag))];
    }

    public override int Width => width;
    public override int StateBlocks => 1;
    public override int StateWidth => past * input;

    /// <summary>Where weights are encoded, the rows that a step's longest window sees are put together, [batch, longest window x input].</summary>
    public override long ScratchFloats(int time, int batch) => matrices.Length == 0 ? 0 : (long)batch * (past + 1) * input;

    public override void Run(in ModuleArgs args)
    {
        int batch = args.Batch, rows = args.Time * batch;
        for (int row = 0; row < rows; row++)
            bias.CopyTo(new Span<float>(args.Y + (long)row * width, width));
        for (int back = 0; back < lags.Length; back++)
        {
            float* panels = lags[back].Panels.Pointer;
            int first = lags[back].First, columns = width - first;
            int before = Math.Min(back, args.Time);      // steps whose row of so long ago is in the state
            Gemm.Multiply(args.State + (long)(past - back) * input, StateWidth, input, panels, args.Y + first, width, (long)batch * width, groups: before, batch, columns, input, accumulate: true);
            Gemm.Multiply(args.X, input, 0, panels, args.Y + (long)before * batch * width + first, width, 0, groups: 1, rows - before * batch, columns, input, accumulate: true);
        }
        for (int step = 0; step < args.Time && matrices.Length > 0; step++)
            MultiplyStep(args, step);
        for (int row = 0; row < rows; row++)
        {
            Span<float> y = new(args.Y + (long)row * width, width);
            if (args.IsActive(row))
                Rectify(y);
            else
                y.Clear();
        }
        for (int stream = 0; stream < batch; stream++)
            Remember(args, stream);
    }

    /// <summary>An encoded weight is multiplied whole: all rows that its window sees as one.</summary>
    void MultiplyStep(in ModuleArgs args, int step)
    {
        int longest = past + 1, seen = longest * input;
        for (int stream = 0; stream < args.Batch; stream++)
            for (int i = 0, from = step - past; i < longest; i++, from++)
            {
                float* row = from < 0 ? args.State + (long)stream * StateWidth + (long)(past + from) * input : args.X + ((long)from * args.Batch + stream) * input;
                new Span<float>(row, input).CopyTo(new Span<float>(args.Scratch + (long)stream * seen + (long)i * input, input));
            }
        for (int i = 0; i < matrices.Length; i++)
            matrices[i].Multiply(args.Scratch + (longest - windows[i]) * input, seen, args.Y + (long)step * args.Batch * width + i * filters, width, args.Batch, accumulate: true);
    }

    /// <summary>The state becomes the last rows of the old state and a stream's steps; padding stands behind them.</summary>
    void Remember(in ModuleArgs args, int stream)
    {
        int steps = 0;
        while (steps < args.Time && args.IsActive(steps * args.Batch + stream))
            steps++;
        float* state = args.State + (long)stream * StateWidth;
        for (int i = 0; i < past; i++)
        {
            int from = i + steps;
            float* row = from < past ? state + (long)from * input : args.X + ((long)(from - past) * args.Batch + stream) * input;
            new Span<float>(row, input).CopyTo(new Span<float>(state + (long)i * input, input));
        }
    }

    static void Rectify(Span<float> y)
    {
        Span<Vector<float>> lanes = MemoryMarshal.Cast<float, Vector<float>>(y);
        foreach (ref Vector<float> lane in lanes)
            lane = Vector.Max(lane, Vector<float>.Zero);
        for (int j = lanes.Length * Vector<float>.Count; j < y.Length; j++)
            y[j] = MathF.Max(y[j], 0);
    }

    /// <summary>What the rows of a number of steps ago are multiplied by: the columns of all windows that reach so far back.</summary>
    sealed class Lag
    {
        public Lag(ConvolutionSpec spec, float[][] weights, int back)
        {
            int reach = spec.Windows.TakeWhile(window => window <= back).Count(), columns = spec.Width - reach * spec.Filters;
            First = reach * spec.Filters;
            float[] rows = new float[(long)columns * spec.Input];      // [columns, input]
            for (int i = reach, row = 0; i < spec.Windows.Count; i++)
                for (int filter = 0; filter < spec.Filters; filter++, row++)
                    weights[i].AsSpan((filter * spec.Windows[i] + spec.Windows[i] - 1 - back) * spec.Input, spec.Input).CopyTo(rows.AsSpan(row * spec.Input));
            Panels = new(Gemm.PanelFloats(spec.Input, columns));
            fixed (float* values = rows)
                Gemm.PackColumns(values, spec.Input, spec.Input, columns, Panels.Pointer);
        }

        /// <summary>First column of the output that takes part.</summary>
        public int First { get; }

        /// <summary>[input, columns], packed.</summary>
        public AlignedBuffer<float> Panels { get; }
    }
}
