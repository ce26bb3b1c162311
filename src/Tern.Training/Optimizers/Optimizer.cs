using Tern.Model;
using Tern.Training.Models;
using Tern.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Optimizers;

/// <summary>
/// Moves parameters against their gradients, by the rule of <see cref="OptimizerConfig.Kind"/>: as torch.optim's Adam,
/// AdamW, Adamax and SGD. Embedding tables are moved lazily by every rule: only the rows that a batch has used are moved,
/// and only their moments decay and only they feel weight decay (as torch.optim.SparseAdam; bias corrections count all
/// steps). Single-threaded and in a fixed order, so that runs repeat bit for bit.
/// </summary>
public sealed unsafe class Optimizer : IDisposable
{
    const string Prefix = "optimizer";

    readonly OptimizerConfig config;
    readonly Dense[] dense;
    readonly Rows[] tables;
    readonly string[] moments; // names of the first and, where there is one, the second

    /// <summary>Takes charge of the gradients of parameters and tables.</summary>
    /// <param name="parameters">Contiguous float parameters on the CPU by names of their own, without those of the tables.</param>
    /// <param name="tables">Embedding tables; one that is not to be trained is left out.</param>
    /// <param name="config">Rule and constants.</param>
    /// <exception cref="TernException">A value of the configuration is out of range.</exception>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public Optimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, IEnumerable<(string Name, EmbeddingTable Table)> tables, OptimizerConfig config)
    {
        config.Check();
        this.config = config;
        moments = config.Kind switch
        {
            OptimizerKind.Sgd => ["momentum"],
            OptimizerKind.Adamax => ["mean", "largest"],
            _ => ["mean", "square"],
        };
        (string Name, Parameter Parameter)[] own = [.. parameters];
        (string Name, EmbeddingTable Table)[] sparse = [.. tables];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in (IEnumerable<string>)[.. own.Select(p => p.Name), .. sparse.Select(t => t.Name)])
            if (!names.Add(name))
                throw new ArgumentException($"Two parameters are named '{name}'; a name is needed for each.", nameof(parameters));
        dense = [.. own.Select(p => new Dense(p.Name, p.Parameter, new(p.Parameter.numel(), moments.Length > 1)))];
        this.tables = [.. sparse.Select(t => new Rows(t.Name, t.Table, new(t.Table.Weight.numel(), moments.Length > 1)))];
    }

    /// <summary>Steps taken.</summary>
    public long StepCount { get; private set; }

    /// <summary>Drops all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Dense d in dense)
            d.Parameter.grad = null;
        foreach (Rows r in tables)
            r.Table.Gradient.Clear();
    }

    /// <summary>
    /// One step by the gradients that backward() has left, if they are finite; if not, nothing is changed and
    /// <see cref="FirstNonFinite"/> says where.
    /// </summary>
    /// <param name="learningRate">Step size now; <see cref="Schedules.Schedule"/> gives it.</param>
    /// <param name="gradientScale">Multiplies all gradients before they are clipped: 1/n where they are the sum of n backward passes.</param>
    /// <returns>The norm of all gradients together, scaled and not yet clipped; not finite where a gradient is not.</returns>
    public double Step(double learningRate, double gradientScale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gradientScale);
        double norm = gradientScale * GradientNorm();
        if (!double.IsFinite(norm))
            return norm;
        double clip = config.ClipNorm > 0 ? Math.Min(1, config.ClipNorm / (norm + 1e-6)) : 1; // 1e-6 as torch.nn.utils.clip_grad_norm_
        var shape = new GradientShape(
            (float)(gradientScale * clip),
            config.ClipValue > 0 ? (float)config.ClipValue : float.PositiveInfinity,
            config.Kind == OptimizerKind.AdamW ? 0 : (float)config.WeightDecay);

        StepCount++;
        switch (config.Kind)
        {
            case OptimizerKind.AdamW:
                Move(AdamWStep.Of(config, learningRate, StepCount), shape);
                break;
            case OptimizerKind.Adamax:
                Move(AdamaxStep.Of(config, learningRate, StepCount), shape);
                break;
            case OptimizerKind.Sgd:
                Move(SgdStep.Of(config, learningRate), shape);
                break;
            default:
                Move(AdamStep.Of(config, learningRate, StepCount), shape);
                break;
        }
        return norm;
    }

    void Move<TUpdate>(in TUpdate rule, in GradientShape shape) where TUpdate : struct, IUpdate
    {
        foreach (Dense d in dense)
        {
            using Tensor? gradient = d.Parameter.grad;
            if (gradient is null)
                continue;
            int count = checked((int)d.Parameter.numel());
            using Tensor whole = gradient.contiguous();
            Sweep.Apply(rule, shape, new(d.Parameter.Pointer(), count), new(whole.Pointer(), count), d.Moments.First(0, count), d.Moments.Second(0, count));
        }
        foreach (Rows r in tables)
        {
            RowGradient gradient = r.Table.Gradient;
            int width = gradient.Width;
            float* values = r.Table.Weight.Pointer();
            ReadOnlySpan<int> rows = gradient.Rows;
            for (int i = 0; i < rows.Length; i++)
            {
                long at = (long)rows[i] * width;
                Sweep.Apply(rule, shape, new(values + at, width), gradient.Values.Slice(i * width, width), r.Moments.First(at, width), r.Moments.Second(at, width));
            }
        }
    }

    /// <summary>Square root of the sum of squares of all gradients, tables included, as backward() has left them.</summary>
    public double GradientNorm()
    {
        double sum = 0;
        foreach (Dense d in dense)
            sum += SumOfSquares(d);
        foreach (Rows r in tables)
            sum += GradientNorms.SumOfSquares(r.Table.Gradient.Values);
        return Math.Sqrt(sum);
    }

    /// <summary>The first parameter, in the order given, whose gradient holds a NaN or an infinity, and its norm; null where there is none.</summary>
    public (string Name, double Norm)? FirstNonFinite()
    {
        foreach (Dense d in dense)
            if (SumOfSquares(d) is var sum && !double.IsFinite(sum))
                return (d.Name, Math.Sqrt(sum));
        foreach (Rows r in tables)
            if (GradientNorms.SumOfSquares(r.Table.Gradient.Values) is var sum && !double.IsFinite(sum))
                return (r.Name, Math.Sqrt(sum));
        return null;
    }

    static double SumOfSquares(Dense d)
    {
        using Tensor? gradient = d.Parameter.grad;
        if (gradient is null)
            return 0;
        using Tensor whole = gradient.contiguous();
        return GradientNorms.SumOfSquares(new(whole.Pointer(), checked((int)whole.numel())));
    }

    /// <summary>Copies of the moments: <c>optimizer.PARAMETER.MOMENT</c>, each in the shape of its parameter.</summary>
    public IEnumerable<KeyValuePair<string, TensorData>> State()
    {
        foreach ((string name, Tensor tensor, Moments kept) in All())
            for (int i = 0; i < moments.Length; i++)
                yield return new(Key(name, i), kept.Copy(i, Shape(tensor)));
    }

    /// <summary>Takes up where another optimizer of the same rule was, of parameters with the same names and shapes.</summary>
    /// <param name="stepCount">Its <see cref="StepCount"/>.</param>
    /// <param name="state">Its <see cref="State"/>; may hold other tensors too.</param>
    /// <exception cref="TernException">A tensor is missing or has another shape; nothing is changed then.</exception>
    public void Restore(long stepCount, IReadOnlyDictionary<string, TensorData> state)
    {
        if (stepCount < 0)
            throw new TernException(FormattableString.Invariant($"The optimizer's number of steps is {stepCount}; expected 0 or more. The checkpoint is damaged."));
        foreach ((string name, Tensor tensor, _) in All())
            for (int i = 0; i < moments.Length; i++)
                Check(Key(name, i), Shape(tensor), state);
        foreach ((string name, _, Moments kept) in All())
            for (int i = 0; i < moments.Length; i++)
                kept.Fill(i, state[Key(name, i)].Values);
        StepCount = stepCount;
    }

    void Check(string key, int[] shape, IReadOnlyDictionary<string, TensorData> state)
    {
        if (!state.TryGetValue(key, out TensorData? data))
            throw new TernException($"The optimizer's state has no '{key}'; it was saved by another optimizer (optimizer.kind is {config.Kind} now) or of another model. Resume with the configuration that the checkpoint was made with.");
        if (!data.Shape.AsSpan().SequenceEqual(shape) || data.Values.Length != shape.Aggregate(1L, (product, size) => product * size))
            throw new TernException($"The optimizer's state '{key}' has the shape [{string.Join(", ", data.Shape)}] with {data.Values.Length} values; expected [{string.Join(", ", shape)}]. Resume with the configuration that the checkpoint was made with.");
    }

    string Key(string name, int moment) => $"{Prefix}.{name}.{moments[moment]}";

    static int[] Shape(Tensor tensor) => Array.ConvertAll(tensor.shape, size => (int)size);

    IEnumerable<(string Name, Tensor Tensor, Moments Moments)> All() =>
        [.. dense.Select(d => (d.Name, (Tensor)d.Parameter, d.Moments)), .. tables.Select(r => (r.Name, (Tensor)r.Table.Weight, r.Moments))];

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (Dense d in dense)
            d.Moments.Dispose();
        foreach (Rows r in tables)
            r.Moments.Dispose();
    }

    sealed record Dense(string Name, Parameter Parameter, Moments Moments);

    sealed record Rows(string Name, EmbeddingTable Table, Moments Moments);
}
