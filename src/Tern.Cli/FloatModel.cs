using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Cli;

/// <summary>A model file as C in floats.</summary>
static class FloatModel
{
    /// <summary>Exports; the self-test has seeded sequences of mean 0 and deviation 1, as normalised data has.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="options">Name and target.</param>
    /// <exception cref="TernException">The file cannot be read, or the model has a part that C lacks.</exception>
    public static CFloatFiles Export(string path, CExportOptions options)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        int channels = new Network(spec, tensors).FeatureCount;
        return CFloatExport.Export(spec, tensors, channels == 0 ? [] : Calibration.Seeded(channels, sequences: 1, options.TestSteps, seed: 1), options);
    }
}
