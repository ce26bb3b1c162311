using Tern.Model;
using Tern.Training.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Models;

/// <summary>What stands between the embedding and the pooling.</summary>
public abstract class SequenceEncoder(string name) : nn.Module(name)
{
    /// <summary>Columns of the output.</summary>
    public abstract int OutputWidth { get; }

    /// <summary>Reads texts side by side.</summary>
    /// <param name="input">[time, batch, columns].</param>
    /// <param name="lengths">Steps of each text; what stands after them does not change the result.</param>
    /// <returns>[time, batch, <see cref="OutputWidth"/>]; what stands at padded steps means nothing.</returns>
    public abstract Tensor Encode(Tensor input, int[] lengths);

    /// <summary>The modules that a model file names for this encoder, each reading the one before it.</summary>
    /// <param name="input">Name of the module that the first one reads.</param>
    public abstract IEnumerable<ModuleSpec> Specs(string input);

    /// <summary>The trained tensors, by their names in the model file.</summary>
    public abstract IEnumerable<(string Name, Tensor Tensor)> Tensors();

    /// <summary>Those of them that can be compressed; none in libtorch's own modules, the convolution and the mean.</summary>
    public virtual IEnumerable<(string Name, Weight Weight)> Weights() => [];
}
