using Tern.Model;
using Tern.Training.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>Recurrent layers on top of each other.</summary>
public sealed class RecurrentStack : nn.Module
{
    readonly ModuleList<RecurrentLayer> layers;

    /// <param name="config">Its shape.</param>
    /// <exception cref="TernException">A value of the configuration is out of range.</exception>
    public RecurrentStack(StackConfig config) : base(nameof(RecurrentStack))
    {
        config.Check();
        Config = config;
        layers = nn.ModuleList(Enumerable.Range(0, config.Layers).Select(i => new RecurrentLayer(config, i)).ToArray());
        RegisterComponents();
    }

    /// <summary>What the stack was built of.</summary>
    public StackConfig Config { get; }

    /// <summary>The layers, the first first.</summary>
    public IList<RecurrentLayer> Layers => layers;

    /// <summary>Runs the slow reference instead of the fused functions.</summary>
    public bool UseTensorForm
    {
        set { foreach (var layer in layers) layer.UseTensorForm = value; }
    }

    /// <summary>The layers in a model file: <c>encoder.0</c>, ..., the first reading <paramref name="input"/>; each behind its window where there is one.</summary>
    public IReadOnlyList<ModuleSpec> ToSpecs(string name, string input)
    {
        var modules = new List<ModuleSpec>();
        for (int i = 0; i < layers.Count; i++)
        {
            string from = i == 0 ? input : $"{name}.{i - 1}";
            if (Config.Window > 1)
            {
                modules.Add(new WindowSpec { Name = $"{name}.{i}.window", Inputs = [from], Input = layers[i].Input / Config.Window, Steps = Config.Window });
                from = modules[^1].Name;
            }
            modules.Add(layers[i].ToSpec($"{name}.{i}", from));
        }
        return modules;
    }

    /// <summary>All matrices under their names in a model file.</summary>
    public IEnumerable<(string Name, Weight Weight)> Weights(string name) =>
        layers.SelectMany((layer, i) => layer.Weights().Select(w => ($"{name}.{i}.{w.Name}", w.Weight)));

    /// <summary>All trained tensors under their names in a model file.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedTensors(string name) =>
        layers.SelectMany((layer, i) => layer.NamedTensors().Select(t => ($"{name}.{i}.{t.Name}", t.Value)));

    /// <summary>Runs all layers over a batch.</summary>
    /// <param name="x">[time, batch, input].</param>
    /// <param name="state">Initial state, [layers x directions, batch, states x hidden]; null for 0.</param>
    /// <param name="lengths">Lengths of the sequences, [batch]; null where all have the full length.</param>
    /// <param name="stateAt">Steps, [batch], after which to return the states (truncated training); null for the last.</param>
    /// <returns>Output of the last layer, [time, batch, directions x (hidden or recurrent projection)], 0 on padding; states, [layers x directions, batch, states x hidden].</returns>
    /// <exception cref="TernException">A size does not fit.</exception>
    public (Tensor Output, Tensor State) forward(Tensor x, Tensor? state = null, int[]? lengths = null, int[]? stateAt = null)
    {
        CheckInput(x, lengths, stateAt);
        return forward(x, state, SequencePadding.Of(lengths, (int)x.shape[0]), stateAt);
    }

    /// <summary>As above, with any pattern of padding.</summary>
    public (Tensor Output, Tensor State) forward(Tensor x, Tensor? state, SequencePadding? padding, int[]? stateAt = null) =>
        forward(x, state, padding, stateAt, keep: null);

    /// <summary>As above, with the share of the new state that zoneout takes of each layer, [time, batch, directions x hidden]; null for the layers' own.</summary>
    internal (Tensor Output, Tensor State) forward(Tensor x, Tensor? state, SequencePadding? padding, int[]? stateAt, Tensor[]? keep)
    {
        int directions = Config.Bidirectional ? 2 : 1;
        long[] want = [Config.Layers * directions, x.shape[1], layers[0].Shape.Spec.State.Length * Config.Hidden];
        if (state is not null && !state.shape.SequenceEqual(want))
            throw new TernException($"Initial state is [{string.Join(", ", state.shape)}]; this stack takes [{string.Join(", ", want)}] (layers x directions, batch, states x hidden).");
        using var scope = NewDisposeScope();
        var h = x;
        var finals = new Tensor[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            var initial = state?.narrow(0, i * directions, directions);
            (h, finals[i]) = layers[i].forward(Window(h), initial, padding, stateAt, keep?[i]);
            if (training && Config.Dropout > 0 && i + 1 < layers.Count) h = nn.functional.dropout(h, Config.Dropout, training: true);
        }
        return (h.MoveToOuterDisposeScope(), cat(finals).MoveToOuterDisposeScope());
    }

    /// <summary>[time, batch, columns] to [time, batch, window x columns]: each step, then those before it, 0 before the first.</summary>
    Tensor Window(Tensor x)
    {
        if (Config.Window == 1) return x;
        long time = x.size(0);
        return cat([.. Enumerable.Range(0, Config.Window).Select(k => k == 0 ? x
            : k >= time ? zeros_like(x)
            : cat([zeros_like(x.narrow(0, 0, k)), x.narrow(0, 0, time - k)], 0))], -1);
    }

    void CheckInput(Tensor x, int[]? lengths, int[]? stateAt)
    {
        var s = x.shape;
        if (s.Length != 3 || s[0] < 1 || s[1] < 1 || s[2] != Config.Input)
            throw new TernException($"Input is [{string.Join(", ", s)}]; this stack takes [time, batch, {Config.Input}] with at least one step and one sequence.");
        if (lengths is not null && lengths.Length != s[1]) throw new TernException($"There are {lengths.Length} lengths for {s[1]} sequences.");
        if (stateAt is not null && (stateAt.Length != s[1] || stateAt.Any(t => t < 0 || t >= s[0])))
            throw new TernException($"stateAt must have a step of 0 to {s[0] - 1} for each of {s[1]} sequences.");
    }
}
