using Tern.Features;
using Tern.Model;
using Tern.Training.Data;
using Tern.Training.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>Embedding, encoder, pooling over time, dropout, linear head: class scores of texts.</summary>
public sealed class TextClassifierModel : nn.Module<TokenBatch, Tensor>
{
    const string EmbeddingName = "embedding";
    const string PoolingName = "pooling";
    const string HeadName = "head";

    readonly EmbeddingTable embedding;
    readonly SequenceEncoder encoder;
    readonly Dropout dropout;
    readonly Linear head;
    readonly PoolingKind pooling;

    /// <summary>Makes a model with initial weights from libtorch's random source.</summary>
    /// <param name="config">Kinds and sizes, resolved.</param>
    /// <param name="vocabulary">Token ids.</param>
    /// <param name="classes">Classes.</param>
    public TextClassifierModel(ModelConfig config, int vocabulary, int classes) : base(nameof(TextClassifierModel))
    {
        pooling = config.Pooling;
        embedding = new EmbeddingTable(vocabulary, config.Embedding, config.EmbeddingDeviation);
        encoder = config.Cell switch
        {
            ModelConfig.Lstm or ModelConfig.Gru => new TorchEncoder(config.Embedding, config),
            ModelConfig.Mean => new MeanEncoder(config.Embedding),
            _ => new StackEncoder(config.Embedding, config),
        };
        dropout = nn.Dropout(config.Dropout);
        head = nn.Linear(encoder.OutputWidth, classes);
        RegisterComponents();
    }

    /// <summary>The embedding.</summary>
    public EmbeddingTable Embedding => embedding;

    /// <summary>Measures the encoder where it is not null.</summary>
    public EncoderClock? Clock { get; set; }

    /// <summary>All parameters but the embedding's.</summary>
    public IEnumerable<Parameter> DenseParameters => encoder.parameters().Concat(head.parameters());

    /// <summary>Number of trained values.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Scores of the classes, [batch, classes].</summary>
    public override Tensor forward(TokenBatch batch)
    {
        Tensor x = embedding.forward(batch); // [time, batch, embedding]
        Tensor h = Clock is null || encoder is MeanEncoder
            ? encoder.Encode(x, batch.Lengths)
            : Clock.Measure(x, input => encoder.Encode(input, batch.Lengths));
        Tensor row = TimePooling.Pool(h, batch.Lengths, pooling); // [batch, width]
        return head.forward(dropout.forward(row));
    }

    /// <summary>The model as the model file has it.</summary>
    public (ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) Export(TextFeatures features, IReadOnlyList<string> labels)
    {
        int vocabulary = (int)embedding.Weight.size(0), width = (int)embedding.Weight.size(1);
        ModuleSpec[] encoderSpecs = [.. encoder.Specs(EmbeddingName)];
        var spec = new ModelSpec
        {
            Task = "text-classification",
            Modules =
            [
                new EmbeddingSpec { Name = EmbeddingName, Inputs = [ModelSpec.TokensInput], Vocabulary = vocabulary, Width = width },
                .. encoderSpecs,
                new PoolingSpec { Name = PoolingName, Inputs = [encoderSpecs.Length == 0 ? EmbeddingName : encoderSpecs[^1].Name], How = pooling },
                new LinearSpec { Name = HeadName, Inputs = [PoolingName], Input = encoder.OutputWidth, Output = labels.Count },
            ],
            Output = HeadName,
            Text = features,
            Labels = labels,
        };
        return (spec, NamedTensors().ToDictionary(t => t.Name, t => TensorCopy.ToData(t.Tensor)));
    }

    /// <summary>Takes over the tensors of a model file that <see cref="Export"/> has made.</summary>
    public void Import(IReadOnlyDictionary<string, TensorData> tensors)
    {
        foreach ((string name, Tensor tensor) in NamedTensors())
            TensorCopy.FromData(tensors[name], tensor);
    }

    IEnumerable<(string Name, Tensor Tensor)> NamedTensors() =>
    [
        ($"{EmbeddingName}.weight", embedding.Weight),
        .. encoder.Tensors(),
        ($"{HeadName}.weight", head.weight!),
        ($"{HeadName}.bias", head.bias!),
    ];
}
