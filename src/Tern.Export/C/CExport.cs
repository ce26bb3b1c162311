using Tern.FixedPoint;

namespace Tern.Export.C;

/// <summary>A file of an export.</summary>
/// <param name="Name">Its name below the export's folder; with a folder of its own only where the Arduino IDE wants one, NAME/NAME.ino.</param>
/// <param name="Text">What it holds.</param>
public readonly record struct CFile(string Name, string Text)
{
    /// <summary>Writes it below a folder.</summary>
    public void Write(string folder)
    {
        string path = Path.Combine(folder, Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Text);
    }
}

/// <summary>C code of an integer network (docs/export-c.md).</summary>
public static class CExport
{
    /// <summary>What an export takes, predicted without a compiler: deterministic, and a matter of a millisecond but for straight-line code of many weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Name, target, and the flash that decides about straight-line code; a budget that is too small is no error here.</param>
    /// <exception cref="TernException">The name is none for C code.</exception>
    public static CCost Cost(FixedNetwork network, CExportOptions options) => Costs.CostModel.Of(new CModel(network, options));

    /// <summary>The files of an export.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sequences">Sample sequences for the self-test, as the network reads them, [steps, channels].</param>
    /// <param name="options">Name, target and budgets.</param>
    /// <exception cref="TernException">The name is none for C code, or the model does not fit in the memory that is given.</exception>
    public static IReadOnlyList<CFile> Files(FixedNetwork network, IReadOnlyList<float[]> sequences, CExportOptions options)
    {
        CModel model = new(network, options);
        Costs.CBudget.Check(model);
        CFile[] files =
        [
            new($"{model.Name}.h", CHeader.Print(model)),
            new($"{model.Name}.c", CSource.Print(model)),
            new($"{model.Name}_selftest.h", CSelfTest.Header(model)),
            new($"{model.Name}_selftest.c", CSelfTest.Source(model, TestInputs.Make(network, sequences, options.TestSteps))),
            .. model.AssemblyFile is { } file ? (CFile[])[new(file, model.IsAvr ? Avr.AvrSource.Print(model) : Thumb.ThumbSource.Print(model))] : [],
            .. Mel.CMel.Files(model),
            new("main.c", CExamples.Main(model)),
            new("README.md", CReadme.Print(model)),
        ];
        return [.. files, .. CArduino.Files(network.Spec, options, model.Banner, isFloat: false, files)];
    }
}
