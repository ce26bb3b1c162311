using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>A part of one of Tern's parameters, as views of that parameter (or its gradient) and of the file's (or its gradient).</summary>
readonly record struct StackPart(string Key, int Layer, string Parameter, Func<Tensor, Tensor> Own, Func<Tensor, Tensor> Theirs)
{
    /// <summary>The file has two parameters for one of Tern's, their sum; this is the second.</summary>
    public bool Adds { get; init; }
}

/// <summary>
/// A stack of layers in another package's layout: outputs, final states, and gradients of every parameter and input, by
/// the fused function, the tensor form and, forward only, the session. A derived case says where the file has what.
/// </summary>
abstract class StackCase
{
    readonly RecurrentStack stack;

    protected StackCase(ReferenceCase reference, StackConfig config)
    {
        Reference = reference;
        Config = config;
        CheckSize();
        stack = new RecurrentStack(config);
        stack.eval();   // zoneout, the one random part of a case, is its expectation or comes with the file
    }

    protected ReferenceCase Reference { get; }

    protected StackConfig Config { get; }

    protected int Directions => Config.Bidirectional ? 2 : 1;

    /// <summary>Where each parameter of the file lies in Tern's layers; several parts may make one parameter.</summary>
    protected abstract IEnumerable<StackPart> Parts();

    /// <summary>The initial states as the file has them.</summary>
    protected abstract Tensor InitialState();

    /// <summary>The key of the initial states in a set of gradients.</summary>
    protected abstract string StateKey { get; }

    /// <summary>Gradients of the initial states as the file has them, of that of <see cref="InitialState"/>.</summary>
    protected virtual IEnumerable<(string Key, Tensor Gradient)> StateGradients(Tensor gradient) => [(StateKey, gradient)];

    /// <summary>The error of the final states, [layers x directions, batch, states x hidden].</summary>
    protected abstract double FinalError(Tensor states);

    /// <summary>The file's initial states as [layers x directions, batch, states x hidden].</summary>
    protected virtual Tensor ToStates(Tensor state) => state;

    /// <summary>The reverse, for the final states.</summary>
    protected virtual Tensor FromStates(Tensor states) => states;

    /// <summary>What the first layer reads, of the file's x.</summary>
    protected virtual Tensor Input(Tensor x) => x;

    /// <summary>Further tensors that have gradients.</summary>
    protected virtual IEnumerable<(string Key, Tensor Tensor)> Leaves => [];

    /// <summary>Padding in any pattern; null where there is none.</summary>
    protected virtual SequencePadding? Padding => null;

    /// <summary>Lengths of the sequences; null where the padding is not at their ends, which no session takes.</summary>
    protected virtual int[]? Lengths(int time, int batch) => [.. Enumerable.Repeat(time, batch)];

    /// <summary>Zoneout's draws of a case in training, for its only layer; null where nothing was drawn. A session draws nothing and is not checked then.</summary>
    protected virtual Tensor? Keep => null;

    /// <summary>The largest error of all that is checked.</summary>
    public double Error()
    {
        Load();
        return Math.Max(Math.Max(TrainingError(tensorForm: false), TrainingError(tensorForm: true)), Keep is null ? SessionError() : 0);
    }

    /// <summary>Sizes that the file only claims must not make memory: its parameters hold at least the first product of each layer.</summary>
    void CheckSize()
    {
        long numbers = Reference.Object("params").Sum(p => Reference.TryTensor(p.Name, "params")?.numel() ?? 0);
        long rank = Config.Projection ?? long.MaxValue, first = Math.Min(rank, (long)Config.Window * Config.Input), further = Math.Min(rank, Config.Hidden);
        long least = Config.Hidden * (first + (Config.Layers - 1L) * further);
        if (least > numbers) throw Reference.Fault($"has {numbers} numbers in \"params\"; a stack of its configuration has at least {least}");
    }

    void Load()
    {
        using var _ = no_grad();
        foreach (var part in Parts())
        {
            var value = Reference.Tensor(part.Key, "params");
            if (!Copy(from: () => part.Adds ? part.Theirs(value) + part.Own(Named(part)) : part.Theirs(value), to: () => part.Own(Named(part))))
                throw Reference.Fault($"has {part.Key} of shape [{string.Join(", ", value.shape)}], which does not fit its configuration");
        }
    }

    static bool Copy(Func<Tensor> from, Func<Tensor> to)
    {
        try
        {
            Tensor source = from(), target = to();
            if (!source.shape.SequenceEqual(target.shape)) return false;
            target.copy_(source);
            return true;
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or ArgumentException)   // a view of other sizes
        {
            return false;
        }
    }

    Tensor Named(StackPart part) => stack.Layers[part.Layer].named_parameters().First(p => p.name == part.Parameter || p.name == $"{part.Parameter}.trained").parameter;    // a matrix is a module of its own

    double TrainingError(bool tensorForm)
    {
        double error = 0;
        foreach (var (weights, gradients) in ((string, string)[])[("R", "grads"), ("Rc", "grads_c")])
        {
            var factor = Reference.TryTensor(weights);
            if (factor is null && weights != "R") continue;
            stack.UseTensorForm = tensorForm;
            foreach (var p in stack.parameters().Concat(Leaves.Select(leaf => leaf.Tensor))) p.grad = null;
            Tensor x = Reference.Tensor("x").requires_grad_(), state = InitialState().requires_grad_();
            var (h, states) = Forward(Checked(Input(x)), ToStates(state));
            error = Math.Max(error, Math.Max(Reference.Error(h, "h"), FinalError(states)));
            if (factor is null) continue;
            ((weights == "R" ? h : FromStates(states)) * factor).sum().backward();
            BackwardGuard.ThrowIfFailed();
            error = Math.Max(error, GradientError(gradients, [("x", Gradient(x)), .. StateGradients(Gradient(state)), .. Leaves.Select(leaf => (leaf.Key, Gradient(leaf.Tensor)))]));
        }
        return error;
    }

    (Tensor H, Tensor States) Forward(Tensor x, Tensor states)
    {
        Tensor[]? keep = Keep is { } draws ? [Reference.CheckShape(draws, "zoneout_mask", x.size(0), x.size(1), Config.Output)] : null;
        return stack.forward(x, states, Padding, null, keep);
    }

    double GradientError(string gradients, IEnumerable<(string Key, Tensor Gradient)> leaves)
    {
        double error = leaves.Max(leaf => Reference.Error(leaf.Gradient, leaf.Key, gradients));
        using var _ = no_grad();
        foreach (var parts in Parts().GroupBy(part => part.Key))
        {
            if (Reference.TryTensor(parts.Key, gradients) is not { } expected) continue;
            var actual = zeros_like(expected);
            foreach (var part in parts)
            {
                if (!Copy(from: () => part.Own(Gradient(Named(part))), to: () => part.Theirs(actual)))
                    throw Reference.Fault($"has {gradients}.{parts.Key} of shape [{string.Join(", ", expected.shape)}], which is not that of the parameter");
            }
            error = Math.Max(error, Reference.Error(actual, parts.Key, gradients));
        }
        return error;
    }

    static Tensor Gradient(Tensor t) => t.grad ?? zeros_like(t);

    Tensor Checked(Tensor input) => input.shape is [>= 1, >= 1, var columns] && columns == Config.Input ? input
        : throw Reference.Fault($"has \"x\" of shape [{string.Join(", ", Reference.Tensor("x").shape)}]; expected [time, batch, input_size], each at least 1");

    double SessionError()
    {
        using var _ = no_grad();
        var input = Checked(Input(Reference.Tensor("x"))).contiguous();
        int time = (int)input.shape[0], batch = (int)input.shape[1];
        if (Lengths(time, batch) is not { } lengths) return 0;
        var tensors = stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData());
        var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), tensors);
        var layers = ToStates(InitialState()).reshape(Config.Layers, -1).unbind(0);
        int[] windows = [.. stack.Layers.Select(layer => batch * layer.Input / Config.Window * (Config.Window - 1))];   // the rows before the first step: 0
        float[] state = [.. layers.SelectMany((layer, i) => new float[windows[i]].Concat(layer.ToData().Values))];
        float[] output = new float[time * batch * Config.Output];
        runner.Run(input.ToData().Values, time, lengths, state, output);
        var final = new List<float>();
        for (int i = 0, at = 0; i < layers.Length; i++)
        {
            at += windows[i];
            final.AddRange(state.AsSpan(at, (int)layers[i].numel()));
            at += (int)layers[i].numel();
        }
        return Math.Max(Reference.Error(tensor(output, [time, batch, Config.Output]), "h"),
            FinalError(tensor(final.ToArray(), [Config.Layers * Directions, batch, stack.Layers[0].Shape.Spec.State.Length * Config.Hidden])));
    }
}
