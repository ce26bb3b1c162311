using Tern.Matrices;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Layers;
using Tern.Training.Native;
using Tern.Training.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>Embedding of tokens, or rows of numbers as they come; encoder, pooling over time, dropout, linear head: class scores.</summary>
public sealed class ClassifierModel : nn.Module<SequenceBatch, Tensor>
{
    const string EmbeddingName = "embedding";
    const string PoolingName = "pooling";
    const string HeadName = "head";

    readonly EmbeddingTable? embedding;
    readonly SequenceEncoder encoder;
    readonly Dropout dropout;
    readonly Weight head;
    readonly Parameter head_bias;
    readonly PoolingKind pooling;

    /// <summary>Makes a model with initial weights from libtorch's random source.</summary>
    /// <param name="config">Kinds and sizes, resolved.</param>
    /// <param name="input">Token ids, or numbers of a step.</param>
    /// <param name="classes">Classes.</param>
    public ClassifierModel(ModelConfig config, ModelInput input, int classes) : base(nameof(ClassifierModel))
    {
        pooling = config.Pooling;
        if (input.Vocabulary > 0)
        {
            embedding = new EmbeddingTable(input.Vocabulary, config.Embedding, config.EmbeddingDeviation);
            embedding.Weight.requires_grad = !config.FrozenEmbedding;
        }
        int width = embedding is null ? input.Channels : config.Embedding;
        encoder = config.Cell switch
        {
            ModelConfig.LstmLibtorch or ModelConfig.GruLibtorch => new TorchEncoder(width, config),
            ModelConfig.Mean => new MeanEncoder(width),
            ModelConfig.Cnn => new ConvolutionEncoder(width, config),
            _ => new StackEncoder(width, config),
        };
        dropout = nn.Dropout(config.Dropout);
        using (Linear initial = nn.Linear(encoder.OutputWidth, classes))
        {
            head = new(nn.Parameter(initial.weight!.detach().clone()), WeightRole.Head, blocks: 1);       // [classes, width]
            head_bias = nn.Parameter(initial.bias!.detach().clone());
        }
        RegisterComponents();
    }

    /// <summary>The embedding; null where the input is numbers.</summary>
    public EmbeddingTable? Embedding => embedding;

    /// <summary>Measures the encoder where it is not null.</summary>
    public EncoderClock? Clock { get; set; }

    /// <summary>All trained parameters but the embedding's, by name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> DenseParameters =>
        encoder.named_parameters().Select(p => ($"encoder.{p.name}", p.parameter)).Concat([($"{HeadName}.weight", head.Trained), ($"{HeadName}.bias", head_bias)]);

    /// <summary>The embedding where it is trained.</summary>
    public IEnumerable<(string Name, EmbeddingTable Table)> TrainedTables =>
        embedding is { Weight.requires_grad: true } table ? [(EmbeddingName, table)] : [];

    /// <summary>Number of values, the embedding's included.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Scores of the classes, [batch, classes].</summary>
    public override Tensor forward(SequenceBatch batch)
    {
        Tensor x = batch is TokenBatch tokens
            ? embedding!.forward(tokens)         // [time, batch, embedding]
            : Rows((SeriesBatch)batch);          // [time, batch, channels]
        Tensor h = Clock is null || encoder is MeanEncoder
            ? encoder.Encode(x, batch.Lengths)
            : Clock.Measure(x, input => encoder.Encode(input, batch.Lengths));
        Tensor row = TimePooling.Pool(h, batch.Lengths, pooling); // [batch, width]
        return nn.functional.linear(dropout.forward(row), head.Value, head_bias);
    }

    /// <summary>The rows of a batch, in memory of libtorch's: a tensor of an array lies where the array lies, and the sums of MKL's products depend on where that is in a line of the cache.</summary>
    static Tensor Rows(SeriesBatch batch)
    {
        using Tensor rows = tensor(batch.Rows, [batch.Time, batch.Size, batch.Channels]);
        return rows.clone();
    }

    /// <summary>The modules as the model file has them; the last is the output.</summary>
    public IReadOnlyList<ModuleSpec> Specs()
    {
        string input = embedding is null ? ModelSpec.FeaturesInput : EmbeddingName;
        ModuleSpec[] encoderSpecs = [.. encoder.Specs(input)];
        var modules = new List<ModuleSpec>(encoderSpecs)
        {
            new PoolingSpec { Name = PoolingName, Inputs = [encoderSpecs.Length == 0 ? input : encoderSpecs[^1].Name], How = pooling },
            new LinearSpec { Name = HeadName, Inputs = [PoolingName], Input = encoder.OutputWidth, Output = (int)head_bias.size(0) },
        };
        if (embedding is { Weight: var weight })
            modules.Insert(0, new EmbeddingSpec { Name = EmbeddingName, Inputs = [ModelSpec.TokensInput], Vocabulary = (int)weight.size(0), Width = (int)weight.size(1) });
        return modules;
    }

    /// <summary>The encoder's and the head's matrices under their names in the model file.</summary>
    public IEnumerable<(string Name, Weight Weight)> Weights() => [.. encoder.Weights(), ($"{HeadName}.weight", head)];

    /// <summary>What the model file stores: each matrix transformed, and in the smallest form that means the same.</summary>
    public ModelTensors Pack()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, TensorData> plain = NamedTensors().ToDictionary(t => t.Name, t => t.Tensor.ToData());
        Dictionary<string, EncodedMatrix> encoded = [];
        foreach ((string name, Weight weight) in Weights())
        {
            (plain[name], EncodedMatrix? matrix) = WeightPacker.Pack(weight);
            if (matrix is not null)
                encoded.Add(name, matrix);
        }
        return new(plain, encoded);
    }

    /// <summary>Copies of all trained tensors under their names in the model file.</summary>
    public Dictionary<string, TensorData> Export()
    {
        using var scope = NewDisposeScope();
        return NamedTensors().ToDictionary(t => t.Name, t => t.Tensor.ToData());
    }

    /// <summary>Takes over the tensors that <see cref="Export"/> has given.</summary>
    /// <exception cref="TernException">A tensor lacks or has another shape.</exception>
    public void Import(IReadOnlyDictionary<string, TensorData> tensors)
    {
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor tensor) in NamedTensors())
            tensor.CopyFrom(tensors.TryGetValue(name, out TensorData? data) ? data : throw new TernException($"There is no tensor '{name}', which the model has."));
    }

    IEnumerable<(string Name, Tensor Tensor)> NamedTensors() =>
    [
        .. embedding is null ? Array.Empty<(string, Tensor)>() : [($"{EmbeddingName}.weight", embedding.Weight)],
        .. encoder.Tensors(),
        ($"{HeadName}.weight", head.Trained),
        ($"{HeadName}.bias", head_bias),
    ];
}

/// <summary>What a model reads: token ids, or rows of numbers. One of the two is 0.</summary>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="Channels">Numbers of a step.</param>
public readonly record struct ModelInput(int Vocabulary, int Channels);
