using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>
/// The tensors of a model, of which some matrices are encoded. By their names all are dense floats, decoded anew at each
/// look; <see cref="Matrix"/> gives what multiplies without decoding.
/// </summary>
public sealed class ModelTensors : IReadOnlyDictionary<string, TensorData>
{
    readonly IReadOnlyDictionary<string, TensorData> plain;

    /// <summary>Tensors as they are, and encoded ones.</summary>
    /// <param name="plain">Dense tensors by name.</param>
    /// <param name="encoded">Encoded matrices by name; where one has the name of a dense tensor, it takes its place.</param>
    public ModelTensors(IReadOnlyDictionary<string, TensorData> plain, IReadOnlyDictionary<string, EncodedMatrix> encoded)
    {
        this.plain = plain.Where(tensor => !encoded.ContainsKey(tensor.Key)).ToDictionary(StringComparer.Ordinal);
        Encoded = encoded;
    }

    /// <summary>The encoded matrices by name.</summary>
    public IReadOnlyDictionary<string, EncodedMatrix> Encoded { get; }

    /// <inheritdoc/>
    public int Count => plain.Count + Encoded.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => plain.Keys.Concat(Encoded.Keys);

    /// <inheritdoc/>
    public IEnumerable<TensorData> Values => this.Select(tensor => tensor.Value);

    /// <summary>A tensor as dense floats.</summary>
    public TensorData this[string key] => TryGetValue(key, out TensorData? tensor) ? tensor : throw new KeyNotFoundException($"There is no tensor '{key}'.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => plain.ContainsKey(key) || Encoded.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TensorData value)
    {
        if (Encoded.TryGetValue(key, out EncodedMatrix? matrix))
        {
            value = MatrixPacker.Decode(matrix);
            return true;
        }
        return plain.TryGetValue(key, out value);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TensorData>> GetEnumerator()
    {
        foreach (var tensor in plain)
            yield return tensor;
        foreach (var (name, matrix) in Encoded)
            yield return new(name, MatrixPacker.Decode(matrix));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A weight [rows, columns] in the form that multiplies, as it is stored.</summary>
    /// <param name="tensors">The tensors of a model; where they are <see cref="ModelTensors"/>, a matrix may be encoded.</param>
    /// <param name="name">The name of the matrix.</param>
    public static PackedMatrix Matrix(IReadOnlyDictionary<string, TensorData> tensors, string name) =>
        IsEncoded(tensors, name, out EncodedMatrix? matrix) ? MatrixPacker.Pack(matrix) : new F32Matrix(tensors[name]);

    /// <summary>Whether a tensor is an encoded matrix.</summary>
    internal static bool IsEncoded(IReadOnlyDictionary<string, TensorData> tensors, string name, [NotNullWhen(true)] out EncodedMatrix? matrix)
    {
        matrix = null;
        return tensors is ModelTensors model && model.Encoded.TryGetValue(name, out matrix);
    }

    /// <summary>Numbers stored, without scales and indices; and the bytes of all parts.</summary>
    internal static (long Parameters, long Bytes) Size(IReadOnlyDictionary<string, TensorData> tensors, IEnumerable<string> names)
    {
        long parameters = 0, bytes = 0;
        foreach (string name in names)
        {
            bool encoded = IsEncoded(tensors, name, out EncodedMatrix? matrix);
            long count = encoded ? matrix!.Weights : tensors[name].Values.LongLength;
            parameters += count;
            bytes += encoded ? matrix!.Bytes : count * sizeof(float);
        }
        return (parameters, bytes);
    }

    /// <summary>As a file holds them: encoded matrices by their parts, NAME.PART.</summary>
    internal static Dictionary<string, StoredTensor> Store(IReadOnlyDictionary<string, TensorData> tensors)
    {
        Dictionary<string, StoredTensor> stored = new(StringComparer.Ordinal);
        foreach (string name in tensors.Keys)
            if (!IsEncoded(tensors, name, out EncodedMatrix? matrix))
                stored.Add(name, new(tensors[name].Shape, tensors[name].Values));
            else
                foreach (var (part, tensor) in matrix.Parts)
                    stored.Add(name + part, tensor);
        return stored;
    }

    /// <summary>From what a file holds, by the encodings of the spec, which has been checked. Encoded matrices are checked.</summary>
    /// <exception cref="TernException">Parts lack, are damaged or too many; the message lacks the name of the file.</exception>
    internal static ModelTensors Read(ModelSpec spec, Dictionary<string, StoredTensor> stored)
    {
        Dictionary<string, EncodedMatrix> encoded = new(StringComparer.Ordinal);
        foreach (var (name, shape) in spec.Modules.SelectMany(module => module.Tensors()))
        {
            if (!spec.Encodings.TryGetValue(name, out MatrixEncoding? encoding) || encoding is Float32Encoding)
                continue;
            if (shape is not [var rows, var columns])
                throw new TernException($"stores '{name}' {TensorData.Print(shape)} as {encoding.Print()}; expected a matrix. {SafeTensors.Again}");
            EncodedMatrix.CheckSize(name, encoding, rows, columns);
            Dictionary<string, StoredTensor> parts = new(StringComparer.Ordinal);
            foreach (string part in encoding.Parts)
                if (stored.Remove(name + part, out StoredTensor? tensor))
                    parts.Add(part, tensor);
            if (!encoded.TryAdd(name, new(name, encoding, rows, columns, parts)))
                throw new TernException($"has modules that both name tensor '{name}'; expected distinct names. Train the model again.");
        }
        return new(SafeTensors.Floats(stored), encoded);
    }
}
