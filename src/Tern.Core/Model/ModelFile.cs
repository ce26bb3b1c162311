using System.Text;
using Tern.Matrices;

namespace Tern.Model;

/// <summary>
/// The model file: safetensors, with the <see cref="ModelSpec"/> as JSON under the metadata key <c>tern</c>
/// (docs/model-file.md). Any tool of the field opens it; everything that prediction needs is in it.
/// </summary>
public static class ModelFile
{
    const string Key = "tern";

    /// <summary>Writes a model. A kill at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="spec">What the tensors mean. Its format, version and encodings are filled in.</param>
    /// <param name="tensors">The tensors that the modules of <paramref name="spec"/> name, no more and no less; <see cref="ModelTensors"/> where matrices are encoded.</param>
    /// <exception cref="TernException">The tensors do not fit the spec, or the file cannot be written.</exception>
    public static void Save(string path, ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        try
        {
            spec = spec with
            {
                Format = ModelSpec.CurrentFormat,
                Needs = ModelSpec.TernVersion,
                Encodings = Encodings(tensors),
            };
            TensorCheck.Check(spec, tensors);
            WholeFile.Write(path, stream => SafeTensors.Write(stream, Key, ModelJson.Write(spec), [.. ModelTensors.Store(tensors).OrderBy(t => t.Key, StringComparer.Ordinal)]));
        }
        catch (TernException e)
        {
            throw new TernException(OneLine($"Model for '{path}' {e.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TernException(OneLine($"Model file '{path}' cannot be written ({e.Message}); choose a folder that exists, may be written to and has room."));
        }
    }

    static Dictionary<string, MatrixEncoding> Encodings(IReadOnlyDictionary<string, TensorData> tensors)
    {
        Dictionary<string, MatrixEncoding> encodings = new(StringComparer.Ordinal);
        foreach (string name in tensors.Keys.Order(StringComparer.Ordinal))
            if (ModelTensors.IsEncoded(tensors, name, out EncodedMatrix? matrix))
                encodings.Add(name, matrix.Encoding);
            else if (tensors[name].Shape.Length == 2)
                encodings.Add(name, MatrixEncoding.Float32);
        return encodings;
    }

    /// <summary>Reads a model and checks all of it: a file that loads can be run. The tensors are <see cref="ModelTensors"/>.</summary>
    /// <exception cref="TernException">The file cannot be read, is damaged, is no model or needs a newer Tern.</exception>
    public static (ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) Load(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Load(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TernException(OneLine($"Model file '{path}' cannot be read ({e.Message}); give the path of a model file, for example runs/NAME/best.safetensors."));
        }
    }

    /// <summary>As above, of any stream that knows its length; <paramref name="path"/> is for messages.</summary>
    internal static (ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) Load(Stream stream, string path)
    {
        try
        {
            var (metadata, stored) = SafeTensors.ReadStored(stream, Key);
            ModelSpec spec = ModelJson.Read(metadata);
            spec.Check();
            ModelTensors tensors = ModelTensors.Read(spec, stored);
            TensorCheck.Check(spec, tensors);
            return (spec, tensors);
        }
        catch (TernException e)
        {
            throw new TernException(OneLine($"Model file '{path}' {e.Message}"));
        }
    }

    /// <summary>What a hostile file puts into a message must not break the terminal or the one line.</summary>
    internal static string OneLine(string message)
    {
        StringBuilder line = new(message.Length > 500 ? message[..500] + " ..." : message);
        for (int i = 0; i < line.Length; i++)
            if (char.IsControl(line[i]) || char.IsSurrogate(line[i]))
                line[i] = '?';
        return line.ToString();
    }
}
