using Tern.Export.C.Floats;
using Tern.Model;

namespace Tern.Export.C;

/// <summary>C code of a model in floats, from the same traces that training's kernels are derived from (docs/export-c.md).</summary>
public static class CFloatExport
{
    /// <summary>The files of an export.</summary>
    /// <param name="spec">The model: a chain of an embedding, windows, convolutions, recurrent layers of one direction, pooling and a linear head.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="sequences">Sample sequences for the self-test, as the network reads them, [steps, channels]; not looked at where it reads token ids.</param>
    /// <param name="options">Name and target.</param>
    /// <exception cref="TernException">The name is none for C code, or the model has a part that C lacks.</exception>
    public static CFloatFiles Export(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, IReadOnlyList<float[]> sequences, CExportOptions options)
    {
        CFloatModel model = new(spec, tensors, options);
        CFile[] files =
        [
            new($"{model.Name}.h", CFloatHeader.Print(model)),
            new($"{model.Name}.c", CFloatSource.Print(model)),
            new($"{model.Name}_selftest.h", CFloatSelfTest.Header(model)),
            new($"{model.Name}_selftest.c", CFloatSelfTest.Source(model, sequences)),
            new("main.c", CFloatExamples.Main(model)),
            new("README.md", CFloatReadme.Print(model)),
        ];
        return new([.. files, .. model.Tokens > 0 ? [] : CArduino.Files(spec, options, model.Banner, isFloat: true, files)], model.StateBytes, model.TableBytes);
    }
}

/// <summary>An export in floats.</summary>
/// <param name="Files">Its files.</param>
/// <param name="StateBytes">Bytes of the caller's state, work space included.</param>
/// <param name="TableBytes">Bytes of weights, biases and tables.</param>
public sealed record CFloatFiles(IReadOnlyList<CFile> Files, int StateBytes, int TableBytes);
