using System.CommandLine;
using Tern.Export.C;

namespace Tern.Cli.Verbs;

/// <summary>`tern export MODEL --to c`: the model as source code for a microcontroller.</summary>
sealed class ExportVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };
    readonly Option<string> to = Flags.Name("--to", "What to make", ["c"]);
    readonly Option<string> numbers = Flags.Name("--numbers", "Numbers that the C computes with: integer, for processors without a floating-point unit; float, for any model that runs in one direction", ["integer", "float"]);
    readonly Option<string> target = Flags.Name("--target", "Processor", [.. CTargets.Names]);
    readonly Option<string?> name = Flags.Text("--name", "NAME", "Prefix of files and functions, a C identifier (default model).");
    readonly Option<string?> outFolder = Flags.Text("--out", "DIR", "Folder of the files (default: export/ and the name).");
    readonly Option<string?> data = Flags.Text("--data", "DATA", "Data whose training part gives the ranges that scales are chosen by (default: those of the model file; where it has none, its training data's or seeded sequences').");
    readonly Option<int?> weightBits = FixedPointModel.WeightBits();
    readonly Option<int?> flash = BenchMcuVerb.FlashBudget();
    readonly Option<int?> ram = Flags.Bytes("--ram", "RAM for state and stack; an error where the model needs more.");

    public ExportVerb() : base("export", "Writes a model as C without heap: in integers with a self-test that knows the state after every step, or in floats.",
        "tern export samples/models/har.safetensors --to c --target atmega328p --out export/har", "tern export runs/keyword/best.safetensors --name keyword --weight-bits 16", "tern export runs/gru/best.safetensors --numbers float --target cortex-m4")
    {
        Add(model);
        Add(to);
        Add(numbers);
        Add(target);
        Add(name);
        Add(outFolder);
        Add(data);
        Add(weightBits);
        Add(flash);
        Add(ram);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        CExportOptions options = new() { Name = arguments.Get(name) ?? new CExportOptions().Name, Target = CTargets.Parse(arguments.Value(target)), FlashBytes = arguments.Get(flash), RamBytes = arguments.Get(ram) };
        options.Check();
        string folder = arguments.Get(outFolder) ?? Path.Combine("export", options.Name);
        if (arguments.Value(numbers) == "float") return Floats(arguments, options, folder, output);
        FixedPointModel whole = FixedPointModel.Load(arguments.Get(model), arguments.Get(data), arguments.Get(weightBits), output);
        options = options with { Calibration = whole.Calibration };
        IReadOnlyList<CFile> files = CExport.Files(whole.Network, whole.Sequences, options);
        folder = Write(folder, files);

        CCost cost = CExport.Cost(whole.Network, options);
        if (output.Json)
            output.Document(new { Folder = folder, Target = options.Target.Name(), Files = files.Select(file => file.Name), whole.Network.TableBytes, StateBytes = cost.RamBytes, Predicted = cost, InputBits = whole.Network.InputFractions, whole.Calibration });
        else
        {
            output.Line($"{folder}: {string.Join(", ", files.Select(file => file.Name))}");
            output.Line(FormattableString.Invariant($"about {cost.FlashBytes:N0} bytes of flash ({whole.Network.TableBytes:N0} of tables){(cost.Cycles == 0 ? "" : $" and {cost.Cycles:N0} cycles a step")}; {cost.RamBytes:N0} bytes of RAM; scales from {whole.Calibration}"));
            output.Line($"next     cd {folder} && {CTargets.Build(options.Target, options.Name, sound: files.Any(file => file.Name == $"{options.Name}_mel.c"))}");
        }
        return 0;
    }

    int Floats(Arguments arguments, CExportOptions options, string folder, Output output)
    {
        if (arguments.Get(data) is not null || arguments.Get(weightBits) is not null || arguments.Get(flash) is not null)
            throw new TernException("--data, --weight-bits and --flash are of the integer form; leave them out, or use --numbers integer.");
        CFloatFiles floats = FloatModel.Export(arguments.Get(model), options);
        folder = Write(folder, floats.Files);
        if (output.Json)
            output.Document(new { Folder = folder, Target = options.Target.Name(), Files = floats.Files.Select(file => file.Name), floats.TableBytes, floats.StateBytes });
        else
        {
            output.Line($"{folder}: {string.Join(", ", floats.Files.Select(file => file.Name))}");
            output.Line(FormattableString.Invariant($"tables {floats.TableBytes:N0} bytes, state {floats.StateBytes:N0} bytes, in floats"));
            output.Line($"next     cd {folder} && {CTargets.BuildFloats(options.Target, options.Name)}");
        }
        return 0;
    }

    static string Write(string folder, IReadOnlyList<CFile> files)
    {
        folder = OutFolder.Prepare(folder);
        foreach (CFile file in files) file.Write(folder);
        return folder;
    }
}
