using Tern.Matrices;

namespace Tern.Model;

/// <summary>A matrix of a model as its file holds it.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Encoding">How it is stored.</param>
/// <param name="Weights">Weights that are stored, as <see cref="EncodedMatrix.Weights"/> counts them.</param>
/// <param name="Bytes">Bytes truly stored, scales and indices included.</param>
public sealed record StoredMatrix(string Name, int Rows, int Columns, MatrixEncoding Encoding, long Weights, long Bytes)
{
    /// <summary>The encoding in a few words.</summary>
    public string How => Encoding.Print();

    /// <summary>Whether it is stored otherwise than as floats.</summary>
    public bool Encoded => Encoding is not Float32Encoding;

    /// <summary>The matrices of a model's modules, in their order.</summary>
    public static IReadOnlyList<StoredMatrix> Of(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) =>
    [
        .. from module in spec.Modules
           from tensor in module.Tensors()
           where tensor.Value.Length == 2
           select Of(tensor.Key, tensor.Value[0], tensor.Value[1], tensors),
    ];

    static StoredMatrix Of(string name, int rows, int columns, IReadOnlyDictionary<string, TensorData> tensors) => ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? matrix)
        ? new(name, rows, columns, matrix.Encoding, matrix.Weights, matrix.Bytes)
        : new(name, rows, columns, MatrixEncoding.Float32, (long)rows * columns, sizeof(float) * (long)rows * columns);
}
