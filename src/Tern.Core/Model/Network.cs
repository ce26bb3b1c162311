namespace Tern.Model;

/// <summary>A model's modules with packed weights: loaded once, never changed, shared by any number of sessions and threads.</summary>
public sealed class Network
{
    /// <summary>In place of the index of a module: the model's input.</summary>
    internal const int ModelInput = -1;

    /// <summary>Packs the weights of a model.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="tensors">The tensors that its modules name.</param>
    /// <exception cref="TernException">The tensors do not fit the spec.</exception>
    public Network(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        IReadOnlyDictionary<string, Flow> flows;
        try
        {
            flows = TensorCheck.Check(spec, tensors);
            Modules = [.. spec.Modules.Select(module => RuntimeModule.Create(module, flows[module.Inputs[0]], tensors))];
        }
        catch (TernException e)
        {
            throw new TernException($"The model {e.Message}");
        }
        string[] names = [.. spec.Modules.Select(module => module.Name)];
        TokenCount = spec.Modules.OfType<EmbeddingSpec>().FirstOrDefault()?.Vocabulary ?? 0;
        FeatureCount = spec.Modules.First(module => Array.IndexOf(names, module.Inputs[0]) < 0) switch
        {
            RecurrentSpec recurrent => recurrent.Input,
            ConvolutionSpec convolution => convolution.Input,
            LinearSpec linear => linear.Input,
            WindowSpec window => window.Input,
            EmbeddingSpec => 0,
            _ => spec.Series?.Channels ?? 0,
        };
        WholeSequenceModule = spec.Modules.OfType<RecurrentSpec>().FirstOrDefault(recurrent => recurrent.Bidirectional)?.Name;
        Spec = spec;
        (Parameters, Bytes) = ModelTensors.Size(tensors, tensors.Keys);
        OutputWidth = flows[spec.Output].Width;
        GivesSequence = flows[spec.Output].Kind == FlowKind.Sequence;
        OutputIndex = Array.IndexOf(names, spec.Output);
        Inputs = [.. spec.Modules.Select(module => Array.IndexOf(names, module.Inputs[0]))];
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="TernException">The file cannot be read, is damaged, is no model or needs a newer Tern.</exception>
    public static Network Load(string path)
    {
        var (spec, tensors) = ModelFile.Load(path);
        return new(spec, tensors);
    }

    /// <summary>The model's description.</summary>
    public ModelSpec Spec { get; }

    /// <summary>Numbers in all tensors: of encoded matrices those that are stored.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of all tensors as they are stored.</summary>
    public long Bytes { get; }

    /// <summary>Columns of the output.</summary>
    public int OutputWidth { get; }

    /// <summary>Whether the output has a row for each step; else it has one for each sequence.</summary>
    public bool GivesSequence { get; }

    /// <summary>Token ids that the model knows, 0 to this - 1; 0 where it reads numbers.</summary>
    public int TokenCount { get; }

    /// <summary>Columns of the input; 0 where the model reads token ids.</summary>
    public int FeatureCount { get; }

    /// <summary>The name of a module that must see whole sequences; null if the model can go step by step.</summary>
    public string? WholeSequenceModule { get; }

    /// <summary>The modules in the order of the spec.</summary>
    internal IReadOnlyList<RuntimeModule> Modules { get; }

    /// <summary>Which module each module reads, or <see cref="ModelInput"/>.</summary>
    internal IReadOnlyList<int> Inputs { get; }

    /// <summary>Which module gives the output.</summary>
    internal int OutputIndex { get; }

    /// <summary>A state of some streams before their first step.</summary>
    /// <exception cref="TernException">The batch is below 1.</exception>
    public SessionState CreateState(int batch = 1) => new(this, batch);

    /// <summary>A session with its own state and buffers.</summary>
    /// <param name="batch">Parallel streams of <see cref="Session.Step(ReadOnlySpan{int}, Span{float})"/>.</param>
    /// <exception cref="TernException">The batch is below 1.</exception>
    public Session CreateSession(int batch = 1) => new(this, batch);
}
