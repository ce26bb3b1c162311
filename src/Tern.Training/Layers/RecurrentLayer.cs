using Tern.Model;
using Tern.Training.Weights;
using Tern.Training.Weights.Orthogonal;
using Tern.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tern.Training.Layers;

/// <summary>One layer of a <see cref="RecurrentStack"/>: normalisation, dropout, low-rank matrices, and the scan of its cell.</summary>
public sealed class RecurrentLayer : nn.Module
{
    readonly StackConfig config;
    readonly ScanShape shape;
    readonly int? rank;
    readonly double variationalDropout;
    readonly float[] constants;
    readonly Weight forward_weight;
    readonly Parameter forward_vectors;
    readonly Weight? backward_weight;
    readonly Parameter? backward_vectors;
    readonly Weight? forward_recurrent;
    readonly Weight? backward_recurrent;
    readonly Weight? forward_recurrent_projection;
    readonly Weight? backward_recurrent_projection;
    readonly Parameter? forward_recurrent_norm;
    readonly Parameter? backward_recurrent_norm;
    readonly Parameter? forward_state_norm;
    readonly Parameter? backward_state_norm;
    readonly Parameter? forward_scalars;
    readonly Parameter? backward_scalars;
    readonly Weight? projection;
    readonly LayerNorm? norm;
    readonly LayerNorm? forward_norm;
    readonly LayerNorm? backward_norm;

    /// <param name="config">The stack's configuration.</param>
    /// <param name="index">0 for the first layer.</param>
    public RecurrentLayer(StackConfig config, int index) : base(nameof(RecurrentLayer))
    {
        this.config = config;
        Input = config.Window * (index == 0 ? config.Input : config.Output);
        variationalDropout = index + 1 < config.Layers ? config.VariationalDropout : 0;
        bool hasSkip = Cells.CellCatalogue.Spec(config.Cell).Skip;
        rank = config.Projection is int p && p < Input && p < config.Units ? p : null;
        shape = new ScanShape(config.Cell, rank ?? Input, config.Hidden, config.Bidirectional ? 2 : 1,
            ProjectSkip: hasSkip && (config.ProjectHighway || Input != config.Units), config.RecurrentRankOf());
        constants = Initialisation.Constants(shape, config);
        forward_weight = InputWeight();
        forward_vectors = Vectors();
        if (config.Bidirectional)
        {
            backward_weight = InputWeight();
            backward_vectors = Vectors();
        }
        if (shape.Factors > 0)
        {
            forward_recurrent = Recurrent();
            if (config.Bidirectional) backward_recurrent = Recurrent();
        }
        if (shape.Rank > 0)
        {
            forward_recurrent_projection = RecurrentProjection();
            if (config.Bidirectional) backward_recurrent_projection = RecurrentProjection();
        }
        if (config.LayerNorm == LayerNormPlace.Recurrent)
        {
            forward_recurrent_norm = RecurrentNorm();
            if (config.Bidirectional) backward_recurrent_norm = RecurrentNorm();
        }
        if (shape.Spec.Normalised is not null)
        {
            forward_state_norm = StateNorm();
            if (config.Bidirectional) backward_state_norm = StateNorm();
        }
        if (shape.Spec.Scalars.Length > 0)
        {
            forward_scalars = Scalars();
            if (config.Bidirectional) backward_scalars = Scalars();
        }
        if (rank is int r) projection = new(Parameter(Initialisation.Uniform(r, Input)), WeightRole.Input, blocks: 1);
        if (config.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent)
        {
            forward_norm = LayerNorm((long)shape.Spec.Input.Length * shape.Units);
            if (config.Bidirectional) backward_norm = LayerNorm((long)shape.Spec.Input.Length * shape.Units);
        }
        else if (config.LayerNorm != LayerNormPlace.None)
        {
            norm = LayerNorm(config.LayerNorm == LayerNormPlace.Before ? Input : config.Output);
        }
        RegisterComponents();

        Weight InputWeight() => new(Parameter(Initialisation.Weight(shape, config, variationalDropout)), WeightRole.Input, shape.Blocks);   // [blocks x hidden, input or rank]
        Parameter Vectors() => Parameter(Initialisation.Vectors(shape, config));                     // [vectors, hidden]
        Weight Recurrent() => OrthogonalForm.Of(config.RecurrentForm, shape.Units, config.Reflections, config.SpectralBand)?.Weight(shape.Spec.Recurrent.Length)
            ?? new(Parameter(Initialisation.Recurrent(shape)), WeightRole.Recurrent, shape.Spec.Recurrent.Length);                           // [recurrent blocks x hidden, hidden or rank]
        Weight RecurrentProjection() => new(Parameter(Initialisation.RecurrentProjection(shape)), WeightRole.Recurrent, blocks: 1);         // [rank, hidden]
        Parameter RecurrentNorm() => Parameter(ones(shape.Spec.Recurrent.Length * shape.Units));     // [recurrent blocks x hidden]
        Parameter StateNorm() => Parameter(stack([ones(shape.Units), zeros(shape.Units)]));          // weight, bias
        Parameter Scalars() => Parameter(Initialisation.Scalars(shape, config));                     // [scalars]
    }

    /// <summary>Features of the layer's input: of all steps of a window.</summary>
    public int Input { get; }

    internal ScanShape Shape => shape;

    /// <summary>Runs the slow reference (<see cref="TensorScan"/>) instead of the fused function.</summary>
    public bool UseTensorForm { get; set; }

    /// <summary>The layer in a model file.</summary>
    /// <param name="name">Its name there, for example <c>encoder.0</c>.</param>
    /// <param name="input">The name of the module that it reads.</param>
    public RecurrentSpec ToSpec(string name, string input) => new()
    {
        Name = name,
        Inputs = [input],
        Cell = config.Cell,
        Input = Input,
        Hidden = config.Hidden,
        Bidirectional = config.Bidirectional,
        Projection = rank,
        RecurrentRank = shape.Rank == 0 || config.RecurrentProjection is not null ? null : shape.Rank,
        RecurrentProjection = config.RecurrentProjection,
        ProjectHighway = config.ProjectHighway,
        LayerNorm = config.LayerNorm,
    };

    /// <summary>The layer's matrices under their names in a model file, without the layer's own name.</summary>
    public IEnumerable<(string Name, Weight Weight)> Weights()
    {
        foreach (var d in Directions())
        {
            yield return ($"{d.Name}.weight", d.Weight);
            if (d.Recurrent is not null) yield return ($"{d.Name}.recurrent", d.Recurrent);
            if (d.RecurrentProjection is not null) yield return ($"{d.Name}.recurrent_projection", d.RecurrentProjection);
        }
        if (projection is not null) yield return ("projection", projection);
    }

    /// <summary>The layer's trained tensors under their names in a model file, without the layer's own name.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedTensors()
    {
        foreach (var (name, weight) in Weights()) yield return (name, weight.Trained);
        foreach (var d in Directions())
        {
            string name = d.Name;
            if (d.Norm is { } products)
            {
                yield return ($"{name}.norm.weight", products.weight!);
                yield return ($"{name}.norm.bias", products.bias!);
            }
            if (d.RecurrentNorm is not null) yield return ($"{name}.recurrent_norm", d.RecurrentNorm);
            if (d.StateNorm is not null)
            {
                yield return ($"{name}.state_norm.weight", d.StateNorm[0]);
                yield return ($"{name}.state_norm.bias", d.StateNorm[1]);
            }
            for (int k = 0; k < shape.Spec.Vectors.Length; k++) yield return ($"{name}.{shape.Spec.Vectors[k]}", d.Vectors[k]);
            for (int k = 0; k < shape.Spec.Scalars.Length; k++) yield return ($"{name}.{shape.Spec.Scalars[k]}", d.Scalars!.narrow(0, k, 1));
            for (int k = 0; k < constants.Length; k++) yield return ($"{name}.{shape.Spec.Constants[k]}", tensor(new[] { constants[k] }));
        }
        if (norm is not null)
        {
            yield return ("norm.weight", norm.weight!);
            yield return ("norm.bias", norm.bias!);
        }
    }

    /// <summary>Runs the layer over a batch.</summary>
    /// <param name="x">[time, batch, input].</param>
    /// <param name="state">Initial state, [directions, batch, states x hidden]; null for 0.</param>
    /// <param name="padding">Which steps are real; null for all.</param>
    /// <param name="stateAt">Steps, [batch], after which to return the state; null for the last.</param>
    /// <returns>Output, [time, batch, directions x (hidden or recurrent projection)], and states, [directions, batch, states x hidden].</returns>
    public (Tensor Output, Tensor State) forward(Tensor x, Tensor? state = null, SequencePadding? padding = null, int[]? stateAt = null) =>
        forward(x, state, padding, stateAt, keep: null);

    /// <summary>As above, with the share of the new state that zoneout takes, [time, batch, directions x hidden]; null for one of the layer's own.</summary>
    internal (Tensor Output, Tensor State) forward(Tensor x, Tensor? state, SequencePadding? padding, int[]? stateAt, Tensor? keep)
    {
        long batch = x.shape[1];
        using var scope = NewDisposeScope();
        var input = norm is not null && config.LayerNorm == LayerNormPlace.Before ? norm.forward(x) : x;
        if (training && config.InputDropout > 0) input = input * Mask(config.InputDropout, [batch, Input], x);
        if (projection is not null) input = input.matmul(projection.Value.t());
        input = input.contiguous();
        bool separateSkip = shape.RawSkip && !ReferenceEquals(input, x) && (norm is not null || projection is not null || training && config.InputDropout > 0);
        var initial = state?.contiguous() ?? zeros([shape.Directions, batch, shape.Spec.State.Length * shape.Units], x.dtype, x.device);
        var tensors = new ScanTensors(input, separateSkip ? x.contiguous() : null, initial,
            [.. Directions().Select(d => d.Norm is null ? d.Weight.Value : Normalised(input.matmul(d.Weight.Value.t()), d.Norm))],
            [.. Directions().Select(d => d.Vectors)],
            Mask: training && variationalDropout > 0 ? Mask(variationalDropout, [batch, config.Units], x) : null,
            Keep: shape.Spec.Zoneout ? keep ?? Keep([x.shape[0], batch, config.Units], x) : null)
        {
            Recurrent = shape.Factors == 0 ? [] : [.. Directions().Select(d => d.RecurrentProjection is null ? (Tensor[])[d.Recurrent!.Value] : [d.RecurrentProjection.Value, d.Recurrent!.Value])],
            RecurrentNorms = forward_recurrent_norm is null ? [] : [.. Directions().Select(d => d.RecurrentNorm!)],
            StateNorms = forward_state_norm is null ? [] : [.. Directions().Select(d => d.StateNorm!)],
            Scalars = shape.Spec.Scalars.Length == 0 ? [] : [.. Directions().Select(d => d.Scalars!.sigmoid())],
        };
        var call = new ScanCall(shape)
        {
            Constants = constants,
            Padding = padding,
            StateAt = stateAt,
            GivenProducts = config.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent,
        };
        bool fused = !UseTensorForm && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32;
        var (output, final) = fused ? FusedScan.Run(tensors, call) : TensorScan.Run(tensors, call);
        if (config.RecurrentProjection is not null)
            output = cat([.. output.split(shape.Units, -1).Zip(Directions(), (h, d) => h.matmul(d.RecurrentProjection!.Value.t()))], -1);
        if (norm is not null && config.LayerNorm == LayerNormPlace.After)
        {
            output = norm.forward(output);
            if (padding is not null) output = output * padding.ToTensor(output);
        }
        return (output.MoveToOuterDisposeScope(), final.MoveToOuterDisposeScope());
    }

    IEnumerable<LayerDirection> Directions()
    {
        yield return new("forward", forward_weight, forward_vectors, forward_recurrent, forward_recurrent_projection, forward_recurrent_norm, forward_state_norm, forward_scalars, forward_norm);
        if (backward_weight is not null)
            yield return new("backward", backward_weight, backward_vectors!, backward_recurrent, backward_recurrent_projection, backward_recurrent_norm, backward_state_norm, backward_scalars, backward_norm);
    }

    /// <summary>What a direction has for itself.</summary>
    readonly record struct LayerDirection(
        string Name, Weight Weight, Tensor Vectors, Weight? Recurrent, Weight? RecurrentProjection, Tensor? RecurrentNorm, Tensor? StateNorm, Tensor? Scalars, LayerNorm? Norm);

    /// <summary>Products of a direction with the cell's blocks as one normalised row; what follows them is a projected highway.</summary>
    Tensor Normalised(Tensor u, LayerNorm norm)
    {
        long width = (long)shape.Spec.Input.Length * shape.Units;
        return width == u.size(-1) ? norm.forward(u)
            : cat([norm.forward(u.narrow(-1, 0, width)), u.narrow(-1, width, u.size(-1) - width)], -1);
    }

    /// <summary>Zoneout: in training 0 with the configured probability, else 1, at each step anew; else its expectation.</summary>
    Tensor Keep(long[] size, Tensor like) => training && config.Zoneout > 0
        ? empty(size, like.dtype, like.device).bernoulli_(1 - config.Zoneout)
        : full(size, KeptScalars.Of(1 - config.Zoneout), like.dtype, like.device);

    /// <summary>0 with probability p, else 1 / (1 - p): one mask for all steps.</summary>
    static Tensor Mask(double p, long[] size, Tensor like) => empty(size, like.dtype, like.device).bernoulli_(1 - p).div_(KeptScalars.Of(1 - p));
}
