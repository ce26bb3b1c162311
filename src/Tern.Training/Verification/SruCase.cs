using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// A stack of SRUs as the authors' package stores it (asappresearch/sru): forward results, final states, and gradients
/// of every parameter and input, by the fused function, the tensor form and, forward only, the session.
/// </summary>
sealed class SruCase
{
    readonly ReferenceCase reference;
    readonly StackConfig config;
    readonly RecurrentStack stack;
    readonly int directions;
    readonly Tensor? inputToHidden;      // [hidden, input]

    public static double Error(ReferenceCase reference)
    {
        var run = new SruCase(reference);
        return Math.Max(Math.Max(run.TrainingError(tensorForm: false), run.TrainingError(tensorForm: true)), run.SessionError());
    }

    SruCase(ReferenceCase reference)
    {
        this.reference = reference;
        bool skip = reference.Option("has_skip_term", true), rescale = reference.Option("rescale", false);
        int hidden = reference.Size("hidden_size"), projection = reference.Option("projection_size", 0);
        inputToHidden = reference.TryTensor("input_to_hidden.weight", "params")?.requires_grad_();
        config = new StackConfig
        {
            Cell = CellCatalogue.Resolve("sru", new Dictionary<string, string>
            {
                ["g"] = Activation(reference),
                ["output"] = !skip ? "no-highway" : rescale ? "scaled-highway" : "highway",
                ["peephole"] = reference.Option("v1", false) ? "no" : "yes",
            }),
            Input = inputToHidden is null ? reference.Size("input_size") : (int)inputToHidden.shape[0],
            Hidden = hidden,
            Layers = reference.Size("num_layers"),
            Bidirectional = reference.Option("bidirectional", false),
            HighwayBias = reference.Option("highway_bias", 0.0),
            Projection = projection > 0 ? projection : null,
            LayerNorm = !reference.Option("layer_norm", false) ? LayerNormPlace.None
                : reference.Option("normalize_after", false) ? LayerNormPlace.After : LayerNormPlace.Before,
        };
        directions = config.Bidirectional ? 2 : 1;
        stack = new RecurrentStack(config);
        foreach (var (key, layer, part) in Parameters()) Load(layer, part, reference.Tensor(key, "params"));
    }

    static string Activation(ReferenceCase reference) =>
        reference.Option("activation", reference.Option("use_tanh", false) ? "tanh" : reference.Option("use_relu", false) ? "relu" : "identity");

    /// <summary>The file's parameters, with their layer and its part.</summary>
    IEnumerable<(string Key, int Layer, string Part)> Parameters()
    {
        foreach (var property in reference.Object("params").Where(p => p.Name != "input_to_hidden.weight"))
        {
            string[] names = property.Name.Split('.', 3);
            if (names.Length == 3 && names[0] is "rnn_lst" or "ln_lst" && int.TryParse(names[1], out int layer) && layer >= 0 && layer < config.Layers)
                yield return (property.Name, layer, names[0] == "ln_lst" ? "layer_norm." + names[2] : names[2]);
            else
                throw reference.Fault($"has a parameter \"{property.Name}\" of unknown meaning");
        }
    }

    /// <summary>A part of one of Tern's parameters, as views of that parameter (or its gradient) and of the package's (or its gradient).</summary>
    readonly record struct Part(string Parameter, Func<Tensor, Tensor> Own, Func<Tensor, Tensor> Theirs);

    IEnumerable<Part> Parts(string part)
    {
        int units = config.Hidden;
        for (int d = 0; d < directions; d++)
        {
            int direction = d;
            string name = d == 0 ? "forward" : "backward";
            switch (part)
            {
                case "weight":        // theirs [in, directions, hidden, k] with k the fastest, ours [k x hidden, in]
                    yield return new($"{name}_weight", w => w.view(-1, units, w.shape[1]).permute(2, 1, 0), w => w.view(w.shape[0], directions, units, -1).select(1, direction));
                    break;
                case "bias":          // theirs [2, directions, hidden]: forget, reset; ours the first rows of [vectors, hidden]
                    yield return new($"{name}_vectors", p => p.narrow(0, 0, 2), p => p.view(2, directions, units).select(1, direction));
                    break;
                case "weight_c":      // the next rows
                    yield return new($"{name}_vectors", p => p.narrow(0, 2, 2), p => p.view(2, directions, units).select(1, direction));
                    break;
                case "weight_proj" when d == 0:   // theirs [in, rank]
                    yield return new("projection", w => w.t(), w => w);
                    break;
                case "layer_norm.weight" or "layer_norm.bias" when d == 0:
                    yield return new(part.Replace("layer_norm", "norm", StringComparison.Ordinal), p => p, p => p);
                    break;
                case "weight_proj" or "layer_norm.weight" or "layer_norm.bias":
                    break;
                default:
                    throw reference.Fault($"has a parameter \"{part}\" of unknown meaning");
            }
        }
    }

    void Load(int layer, string part, Tensor value)
    {
        if (part == "weight_c" && config.Cell.Options["peephole"] == "no") return;   // frozen at 0
        using var _ = no_grad();
        try
        {
            foreach (var p in Parts(part)) p.Own(Named(layer, p.Parameter)).copy_(p.Theirs(value));
        }
        catch (Exception e) when (e is not TernException)
        {
            throw reference.Fault($"has rnn_lst.{layer}.{part} of shape [{string.Join(", ", value.shape)}], which does not fit its configuration");
        }
    }

    Tensor Named(int layer, string parameter) => stack.Layers[layer].named_parameters().First(p => p.name == parameter).parameter;

    double TrainingError(bool tensorForm)
    {
        double error = 0;
        foreach (var (weights, gradients) in ((string, string)[])[("R", "grads"), ("Rc", "grads_c")])
        {
            var factor = reference.TryTensor(weights);
            if (factor is null && weights != "R") continue;
            stack.UseTensorForm = tensorForm;
            foreach (var p in stack.parameters()) p.grad = null;
            if (inputToHidden is not null) inputToHidden.grad = null;
            Tensor x = reference.Tensor("x").requires_grad_(), c0 = reference.Tensor("c0").requires_grad_();
            var (h, c) = Forward(x, c0);
            error = Math.Max(error, Math.Max(reference.Error(h, "h"), reference.Error(c, "c")));
            if (factor is null) continue;
            ((weights == "R" ? h : c) * factor).sum().backward();
            BackwardGuard.ThrowIfFailed();
            error = Math.Max(error, GradientError(gradients, x, c0));
        }
        return error;
    }

    (Tensor H, Tensor C) Forward(Tensor x, Tensor c0)
    {
        var input = inputToHidden is null ? x : x.matmul(inputToHidden.t());
        var (h, states) = stack.forward(input, ToStates(c0), Padding());
        return (h, FromStates(states));
    }

    double GradientError(string gradients, Tensor x, Tensor c0)
    {
        double error = Math.Max(reference.Error(Gradient(x), "x", gradients), reference.Error(Gradient(c0), "c0", gradients));
        if (inputToHidden is not null) error = Math.Max(error, reference.Error(Gradient(inputToHidden), "input_to_hidden.weight", gradients));
        using var _ = no_grad();
        foreach (var (key, layer, part) in Parameters())
        {
            if (reference.TryTensor(key, gradients) is not { } expected) continue;
            var actual = zeros_like(expected);
            foreach (var p in Parts(part)) p.Theirs(actual).copy_(p.Own(Gradient(Named(layer, p.Parameter))));
            error = Math.Max(error, reference.Error(actual, key, gradients));
        }
        return error;
    }

    static Tensor Gradient(Tensor t) => t.grad ?? zeros_like(t);

    double SessionError()
    {
        var tensors = stack.NamedTensors("encoder").ToDictionary(t => t.Name, t => t.Value.ToData());
        var runner = new RecurrentRunner(stack.ToSpecs("encoder", ModelSpec.FeaturesInput), tensors);
        using var _ = no_grad();
        var x = reference.Tensor("x");
        var input = (inputToHidden is null ? x : x.matmul(inputToHidden.t())).contiguous();
        int time = (int)x.shape[0], batch = (int)x.shape[1];
        if (Lengths(time, batch) is not { } lengths) return 0;   // the session takes lengths, not any pattern of padding
        float[] state = ToStates(reference.Tensor("c0")).ToData().Values, output = new float[time * batch * config.Output];
        runner.Run(input.ToData().Values, time, lengths, state, output);
        var h = tensor(output, [time, batch, config.Output]);
        var c = FromStates(tensor(state, [config.Layers * directions, batch, config.Hidden]));
        return Math.Max(reference.Error(h, "h"), reference.Error(c, "c"));
    }

    /// <summary>mask_pad, [time, batch], 1 for padding.</summary>
    bool[,]? Steps()
    {
        if (reference.TryTensor("mask_pad") is not { } mask) return null;
        var steps = new bool[mask.shape[0], mask.shape[1]];
        for (int t = 0; t < steps.GetLength(0); t++)
        {
            for (int b = 0; b < steps.GetLength(1); b++) steps[t, b] = mask[t, b].item<float>() == 0;
        }
        return steps;
    }

    SequencePadding? Padding() => Steps() is { } steps ? SequencePadding.Of(steps) : null;

    /// <summary>Lengths, where padding is at the ends only; else null.</summary>
    int[]? Lengths(int time, int batch)
    {
        var lengths = new int[batch];
        Array.Fill(lengths, time);
        if (Steps() is not { } steps) return lengths;
        for (int b = 0; b < batch; b++)
        {
            lengths[b] = Enumerable.Range(0, time).Count(t => steps[t, b]);
            if (lengths[b] == 0 || Enumerable.Range(0, lengths[b]).Any(t => !steps[t, b])) return null;
        }
        return lengths;
    }

    /// <summary>[layers, batch, directions x hidden] as [layers x directions, batch, hidden].</summary>
    Tensor ToStates(Tensor c) => c.view(config.Layers, c.shape[1], directions, config.Hidden).transpose(1, 2).reshape(config.Layers * directions, c.shape[1], config.Hidden);

    /// <summary>The layout of the file's c: that of <see cref="ToStates"/>'s input, or its result where the package was asked for nn's.</summary>
    Tensor FromStates(Tensor states) => reference.Option("nn_rnn_compatible_return", false) ? states
        : states.view(config.Layers, directions, states.shape[1], config.Hidden).transpose(1, 2).reshape(config.Layers, states.shape[1], config.Output);
}
