using Tern.Model;
using TorchSharp;

namespace Tern.Training.Models;

/// <summary>No encoder: the pooling reads the embeddings. The baseline that knows no order.</summary>
/// <param name="width">Columns of the embedding.</param>
public sealed class MeanEncoder(int width) : SequenceEncoder(nameof(MeanEncoder))
{
    /// <inheritdoc/>
    public override int OutputWidth => width;

    /// <inheritdoc/>
    public override torch.Tensor Encode(torch.Tensor input, int[] lengths) => input;

    /// <inheritdoc/>
    public override IEnumerable<ModuleSpec> Specs(string input) => [];

    /// <inheritdoc/>
    public override IEnumerable<(string Name, torch.Tensor Tensor)> Tensors() => [];
}
