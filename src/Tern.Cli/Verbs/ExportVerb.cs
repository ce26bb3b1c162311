using System.CommandLine;
using Tern.Export.C;

namespace Tern.Cli.Verbs;

/// <summary>`tern export MODEL --to c`: the model as source code for a microcontroller.</summary>
sealed class ExportVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors) of series of numbers." };
    readonly Option<string> to = Flags.Name("--to", "What to make", ["c"]);
    readonly Option<string> target = Flags.Name("--target", "Processor", [.. CTargets.Names]);
    readonly Option<string?> name = Flags.Text("--name", "NAME", "Prefix of files and functions, a C identifier (default model).");
    readonly Option<string?> outFolder = Flags.Text("--out", "DIR", "Folder of the files (default: export/ and the name).");
    readonly Option<string?> data = Flags.Text("--data", "DATA", "Data whose training part gives the ranges that scales are chosen by (default: those of the model file; where it has none, its training data's or seeded sequences').");
    readonly Option<int?> weightBits = FixedPointModel.WeightBits();
    readonly Option<int?> flash = Flags.Bytes("--flash", "Bytes that straight-line code may take on cortex-m0plus, faster than loops (default 16KB); 0 for loops.");

    public ExportVerb() : base("export", "Writes a model as integer C: no heap, no floating point, with a self-test that knows the state after every step.",
        "tern export samples/models/har.safetensors --to c --target atmega328p --out export/har", "tern export runs/keyword/best.safetensors --name keyword --weight-bits 16")
    {
        Add(model);
        Add(to);
        Add(target);
        Add(name);
        Add(outFolder);
        Add(data);
        Add(weightBits);
        Add(flash);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        CExportOptions options = new() { Name = arguments.Get(name) ?? new CExportOptions().Name, Target = CTargets.Parse(arguments.Value(target)), CodeBytes = arguments.Get(flash) ?? new CExportOptions().CodeBytes };
        options.Check();
        FixedPointModel whole = FixedPointModel.Load(arguments.Get(model), arguments.Get(data), arguments.Get(weightBits), output);
        options = options with { Calibration = whole.Calibration };
        IReadOnlyList<CFile> files = CExport.Files(whole.Network, whole.Sequences, options);
        string folder = OutFolder.Prepare(arguments.Get(outFolder) ?? Path.Combine("export", options.Name));
        foreach (CFile file in files) File.WriteAllText(Path.Combine(folder, file.Name), file.Text);

        if (output.Json)
            output.Document(new { Folder = folder, Target = options.Target.Name(), Files = files.Select(file => file.Name), whole.Network.TableBytes, CExport.Sizes(whole.Network).StateBytes, InputBits = whole.Network.InputFractions, whole.Calibration });
        else
        {
            output.Line($"{folder}: {string.Join(", ", files.Select(file => file.Name))}");
            output.Line(FormattableString.Invariant($"tables {whole.Network.TableBytes:N0} bytes, state {CExport.Sizes(whole.Network).StateBytes:N0} bytes; scales from {whole.Calibration}"));
            output.Line($"next     cd {folder} && {CTargets.Build(options.Target, options.Name)}");
        }
        return 0;
    }
}
