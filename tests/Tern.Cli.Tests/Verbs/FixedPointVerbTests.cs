using System.Text.Json;
using Tern.Cells;
using Tern.Cli.Mcu;
using Tern.Export.C;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

/// <summary>The integer form by the program: export, test --fixed-point, bench mcu, with the models of samples/models.</summary>
public sealed class FixedPointVerbTests(SmallModel small)
{
    static string Sample(string name) => Path.Combine(Repository.Root, "samples", "models", name + ".safetensors");

    [Fact]
    public void The_example_of_the_page_runs()
    {
        float[] measured = [0.1f, 0.9f, -0.2f];
        (ModelSpec spec, var tensors) = ModelFile.Load(Sample("acceleration"));
        IReadOnlyList<float[]> sequences = Calibration.Seeded(3, 4, 50, seed: 1);

        FixedNetwork network = FixedPointCompiler.Compile(spec, tensors, sequences);   // sequences: what scales are measured on
        FixedPointSession session = network.CreateSession();
        short[] words = new short[network.InputWidth];
        network.Quantize(measured, words);
        session.Step(words);
        int label = session.Classify();

        CCost cost = CExport.Cost(network, new() { Target = CTarget.Atmega328p });   // FlashBytes, RamBytes, StackBytes, Cycles

        Assert.InRange(cost.FlashBytes, network.TableBytes, 4000);
        Assert.InRange(label, 0, network.OutputWidth - 1);
        Assert.Equal(measured.Select((value, i) => (short)Math.Round(value * Math.Pow(2, network.InputFractions[i]))), words);
    }

    [Fact]
    public void The_example_of_sound_runs()
    {
        Random random = new(1);
        short[] clip = [.. Enumerable.Range(0, 16000).Select(_ => (short)random.Next(-300, 300))];
        (ModelSpec spec, var tensors) = ModelFile.Load(Sample("keyword"));
        FixedNetwork network = FixedPointCompiler.Compile(spec, tensors, Calibration.Seeded(32, 4, 50, seed: 1));
        FixedPointSession session = network.CreateSession();

        FixedLogMel mel = network.CreateLogMel()!;             // null where the model reads no sound
        short[] frame = new short[mel.Width];
        foreach (short sample in clip)
            if (mel.Push(sample, frame)) session.Step(frame);
        while (mel.Finish(frame)) session.Step(frame);          // what is left at the end of a clip

        Assert.Equal(SeriesClassifier.Load(Sample("keyword")).Predict([.. clip.Select(sample => sample / 32768f)]).Label, spec.Labels![session.Classify()]);
    }

    [Theory]
    [InlineData("portable")]
    [InlineData("atmega328p")]
    [InlineData("cortex-m0plus")]
    public void Export_writes_the_files_and_their_sizes(string target)
    {
        string folder = small.At($"export-{target}");
        (int code, string output, string error) = Cli.Run("export", Sample("acceleration"), "--to", "c", "--target", target, "--name", "steps", "--out", folder, "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        string[] files = [.. document.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)];
        Assert.Equal(files.Order(), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order());
        Assert.Contains("steps.c", files);
        Assert.Equal(target != "cortex-m0plus", files.Contains("steps/steps.ino"));
        Assert.Equal((target == "atmega328p", target == "cortex-m0plus"), (files.Contains("steps_avr.S"), files.Contains("steps_thumb.S")));
        Assert.InRange(document.GetProperty("table_bytes").GetInt32(), 400, 1000);
        Assert.Equal(3, document.GetProperty("input_bits").GetArrayLength());
        JsonElement predicted = document.GetProperty("predicted");
        Assert.InRange(predicted.GetProperty("flash_bytes").GetInt32(), document.GetProperty("table_bytes").GetInt32(), 4000);
        Assert.Equal(document.GetProperty("state_bytes").GetInt32(), predicted.GetProperty("ram_bytes").GetInt32());
        Assert.Equal(target == "portable", predicted.GetProperty("cycles").GetInt64() == 0);
        Assert.Contains($"| code and tables (flash), about | {predicted.GetProperty("flash_bytes").GetInt32():N0} bytes |", File.ReadAllText(Path.Combine(folder, "README.md")));
    }

    [Fact]
    public void Export_in_floats_takes_what_the_integer_form_lacks()
    {
        string folder = small.At("export-floats");
        (int code, string output, string error) = Cli.Run("export", Save("divides", cell => cell with { Cell = CellCatalogue.Resolve("minlstm"), LayerNorm = LayerNormPlace.Before }), "--numbers", "float", "--out", folder, "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.Equal(document.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Order(), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order());
        Assert.InRange(document.GetProperty("state_bytes").GetInt32(), 1, 4000);
        Assert.Contains("tanhf", File.ReadAllText(Path.Combine(folder, "README.md")));
        (code, _, error) = Cli.Run("export", small.Sru, "--numbers", "float", "--out", small.At("export-text"));
        Assert.True(code == 0, error);
        Assert.Contains("uint32_t token", File.ReadAllText(small.At("export-text/model.h")));
        Cli.Refuses(["export", Save("both", cell => cell with { Bidirectional = true }, 2), "--numbers", "float"], "'encoder.0' reads both directions", "lacks");
        Cli.Refuses(["export", Sample("acceleration"), "--numbers", "float", "--weight-bits", "16"], "--weight-bits and --flash are of the integer form");
        Cli.Refuses(["export", Sample("acceleration"), "--numbers", "double"], "--numbers", "double");
    }

    [Fact]
    public void Export_refuses_a_model_that_the_memory_does_not_hold()
    {
        string model = Save("memory", cell => cell);
        Cli.Refuses(["export", model, "--target", "atmega328p", "--ram", "100"], "needs", "bytes of RAM on atmega328p", "of state", "of stack", "--ram gives 100");
        Cli.Refuses(["export", model, "--target", "cortex-m0plus", "--flash", "500"], "bytes of flash on cortex-m0plus at least", "are tables", "--flash gives 500", "tern compress");
        (int code, _, string error) = Cli.Run("export", model, "--target", "cortex-m0plus", "--flash", "4KB", "--ram", "1KB", "--out", small.At("fits"));
        Assert.True(code == 0, error);
    }

    [Theory]
    [InlineData("atmega328p", 0.05, 0.05)]
    [InlineData("cortex-m0plus", 0.05, 0.1)]
    [InlineData("cortex-m4", 0.05, 0.1)]
    public void Predictions_are_near_what_compilers_and_simulators_find(string target, double flash, double cycles)
    {
        Assert.SkipWhen(McuTarget.Of(CTargets.Parse(target)).Missing() is not null, $"There is no {McuTarget.Of(CTargets.Parse(target)).Missing()} here; ./test --install installs it.");
        (int code, string output, string error) = Cli.Run("bench", "mcu", "--targets", target, "--steps", "9", "--json");
        Assert.True(code == 0, error);
        foreach (JsonElement row in JsonDocument.Parse(output).RootElement.EnumerateArray())
        {
            Assert.InRange(row.GetProperty("predicted_flash").GetDouble() / row.GetProperty("flash").GetInt64(), 1 - flash, 1 + flash);
            Assert.InRange(row.GetProperty("predicted_cycles").GetDouble() / row.GetProperty("cycles").GetInt64(), 1 - cycles, 1 + cycles);
        }
    }

    [Fact]
    public void Bench_makes_random_models_of_a_shape()
    {
        const string shape = "gru:hidden=6,inputs=4,rank_u=3,keep=0.5,classes=2,normalise=yes,reset=after";
        (int code, string output, string error) = Cli.Run("bench", "mcu", "--random", shape, "--random", "sru", "--targets", "portable", "--steps", "8", "--json");
        Assert.SkipWhen(McuTarget.Of(CTarget.Portable).Missing() is not null, "There is no gcc here; ./test --install installs it.");
        Assert.True(code == 0, error);
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal([shape, "sru"], rows.Select(row => row.GetProperty("model").GetString()));
        Assert.All(rows, row => Assert.True(row.GetProperty("bit_exact").GetBoolean()));
    }

    [Theory]
    [InlineData("grru", "unknown cell 'grru'; did you mean 'gru'?")]
    [InlineData("gru:hiden=3", "--random has no key for gru 'hiden'; did you mean 'hidden'?")]
    [InlineData("gru:hidden", "--random has 'hidden'; expected KEY=VALUE")]
    [InlineData("gru:hidden=0", "--random gives hidden=0; expected a whole number from 1 to 1024")]
    [InlineData("gru:keep=2", "--random gives keep=2; expected a share above 0 and up to 1")]
    [InlineData("gru:bits=4", "--random gives bits=4; expected 8, 16 or 2")]
    [InlineData("gru:reset=soon", "option reset of cell gru cannot be 'soon'")]
    [InlineData("gru:hidden=3,hidden=4", "--random gives hidden twice")]
    [InlineData("sru:rank_u=4", "--random gives rank_u to sru, which has no recurrent matrix")]
    public void Bench_says_what_is_wrong_with_a_shape(string shape, string error) => Cli.Refuses(["bench", "mcu", "--random", shape], error);

    [Fact]
    public void Export_says_what_it_cannot_do()
    {
        Cli.Refuses(["export", Sample("acceleration"), "--target", "atmega32"], "--target does not know 'atmega32'", "atmega328p");
        Cli.Refuses(["export", Sample("acceleration"), "--name", "two words"], "--name two words is no name for C code");
        Cli.Refuses(["export", Sample("acceleration"), "--weight-bits", "12"], "--weight-bits 12", "8 or 16");
        Cli.Refuses(["export", Sample("acceleration"), "--flash", "much"], "--flash much is not a number of bytes", "6KB");
        Cli.Refuses(["export", small.Sru], "reads texts");
        Cli.Refuses(["export", small.At("none.safetensors")], "none.safetensors", "cannot be read");
        Cli.Refuses(["export", Save("both", cell => cell with { Bidirectional = true }, 2)], "'encoder.0' reads both directions", "lacks");
        Cli.Refuses(["export", Save("norm", cell => cell with { LayerNorm = LayerNormPlace.Before })], "'encoder.0' normalises its layer (before)");
        Cli.Refuses(["export", Save("divides", cell => cell with { Cell = CellCatalogue.Resolve("minlstm") })], "'encoder.0'", "divides");
        Cli.Refuses(["export", Save("grows", cell => cell with { Cell = CellCatalogue.Resolve("fastrnn", new Dictionary<string, string> { ["rates"] = "fixed" }) }, scale: 1e30f)], "'encoder.0' gives", "no scale holds that");
        Cli.Refuses(["test", small.Sru, small.Texts, "--weight-bits", "8"], "add --fixed-point");
    }

    [Fact]
    public void Test_gives_the_integer_accuracy_beside_the_float_one()
    {
        // a folder a class, a file a recording
        foreach (string label in (string[])["no", "yes"])
            for (int file = 0; file < 6; file++)
            {
                Directory.CreateDirectory(small.At($"steps/{label}"));
                small.Write($"steps/{label}/{file}.csv", "x,y,z\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{Math.Sin(i * file) * (label == "yes" ? 0.4 : 0):0.000},{0.9 - i % 3 * 0.1:0.000},{file * 0.1:0.000}\n"))));
            }
        string data = small.At("steps");
        (int code, string output, string error) = Cli.Run("test", Save("plain", cell => cell), data, "--fixed-point", "--json");
        Assert.True(code == 0, error);
        JsonElement document = JsonDocument.Parse(output).RootElement, integers = document.GetProperty("fixed_point");
        Assert.InRange(integers.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.InRange(Math.Abs(integers.GetProperty("accuracy").GetDouble() - document.GetProperty("accuracy").GetDouble()), 0, integers.GetProperty("differing").GetDouble());
    }

    [Theory]
    [InlineData("portable")]
    [InlineData("atmega328p")]
    [InlineData("cortex-m0plus")]
    [InlineData("cortex-m4")]
    public void Bench_compares_every_step_in_a_simulator(string target)
    {
        Assert.SkipWhen(McuTarget.Of(CTargets.Parse(target)).Missing() is not null, $"There is no {McuTarget.Of(CTargets.Parse(target)).Missing()} here; ./test --install installs it.");
        // many layers: calls go farther than relative ones reach; sparse: every product ends in its own way
        (int code, string output, string error) = Cli.Run("bench", "mcu", Sample("acceleration"), Sample("mnist-rows"), Ternary(), "--random", "lstm:hidden=6,inputs=5,rank_w=3,rank_u=3,layers=8",
            "--random", "fastgrnn:hidden=16,inputs=12,rank_w=5,rank_u=4,keep=0.3,layers=2,update=quantTanh", "--targets", target, "--steps", "9", "--json");
        Assert.True(code == 0, error);
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(5, rows.Length);
        foreach (JsonElement row in rows)
        {
            Assert.True(row.GetProperty("bit_exact").GetBoolean());
            Assert.Equal((target, 9), (row.GetProperty("target").GetString(), row.GetProperty("steps").GetInt32()));
            Assert.InRange(row.GetProperty("flash").GetInt64(), 500, 20_000);
            if (target != "portable") Assert.InRange(row.GetProperty("cycles").GetInt64(), 500, 200_000);
        }
    }

    [Fact]
    public void Bench_uses_loops_where_straight_line_code_takes_more_flash()
    {
        Assert.SkipWhen(McuTarget.Of(CTarget.CortexM0Plus).Missing() is not null, "There is no arm-none-eabi-gcc with qemu-system-arm here; ./test --install installs it.");
        // the least flash is that of loops
        string refused = Cli.Run("bench", "mcu", Sample("acceleration"), "--targets", "cortex-m0plus", "--flash", "1").Error, least = refused[(refused.IndexOf("needs ", StringComparison.Ordinal) + 6)..].Split(' ')[0];
        (JsonElement fast, JsonElement small) = (Row("16KB"), Row(least));
        Assert.Equal(("assembly", "c"), (fast.GetProperty("kernel").GetString(), small.GetProperty("kernel").GetString()));
        Assert.True(fast.GetProperty("cycles").GetInt64() < small.GetProperty("cycles").GetInt64());
        Assert.True(fast.GetProperty("flash").GetInt64() > small.GetProperty("flash").GetInt64());

        static JsonElement Row(string flash)
        {
            (int code, string output, string error) = Cli.Run("bench", "mcu", Sample("acceleration"), "--targets", "cortex-m0plus", "--steps", "8", "--flash", flash, "--json");
            Assert.True(code == 0, error);
            return JsonDocument.Parse(output).RootElement[0];
        }
    }

    [Fact]
    public void Bench_refuses_a_target_that_is_unknown() => Cli.Refuses(["bench", "mcu", "--targets", "z80"], "--targets does not know 'z80'");

    /// <summary>A GRU with ternary and sparse weights: what the trained samples lack.</summary>
    string Ternary()
    {
        string path = small.At("ternary.safetensors");
        (ModelSpec spec, Dictionary<string, TensorData> tensors) = Layer(cell => cell with { Cell = CellCatalogue.Resolve("gru") }, 1, 1);
        Dictionary<string, Matrices.EncodedMatrix> encoded = new()
        {
            ["encoder.0.forward.weight"] = Matrices.MatrixPacker.Encode(tensors["encoder.0.forward.weight"], new Matrices.TernaryEncoding { Scales = 1 }),
            ["encoder.0.forward.recurrent"] = Matrices.MatrixPacker.Encode(Thin(tensors["encoder.0.forward.recurrent"]), new Matrices.SparseEncoding { Bits = 8, Scales = 1 }),
        };
        ModelFile.Save(path, spec, new ModelTensors(tensors, encoded));
        return path;
    }

    static TensorData Thin(TensorData matrix) => matrix with { Values = [.. matrix.Values.Select((value, i) => i % 4 == 0 ? value : 0)] };

    string Save(string name, Func<RecurrentSpec, RecurrentSpec> change, int directions = 1, float scale = 1)
    {
        string path = small.At(name + ".safetensors");
        (ModelSpec spec, Dictionary<string, TensorData> tensors) = Layer(change, directions, scale);
        ModelFile.Save(path, spec, tensors);
        return path;
    }

    static (ModelSpec, Dictionary<string, TensorData>) Layer(Func<RecurrentSpec, RecurrentSpec> change, int directions, float scale)
    {
        const int hidden = 6;
        ModelSpec spec = new()
        {
            Task = ModelTask.SeriesClassification,
            Modules =
            [
                change(new() { Name = "encoder.0", Inputs = ["features"], Cell = CellCatalogue.Resolve("fastgrnn"), Input = 3, Hidden = hidden }),
                new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Last },
                new LinearSpec { Name = "head", Inputs = ["pooling"], Input = hidden * directions, Output = 2 },
            ],
            Output = "head",
            Labels = ["no", "yes"],
            Series = new() { Channels = 3, Mean = [0, 1, -1], Deviation = [1, 2, 3], MaxLength = 0 },
        };
        Random random = new(1);
        return (spec, spec.Modules.SelectMany(module => module.Tensors()).ToDictionary(t => t.Key, t => new TensorData(t.Value, [.. Enumerable.Range(0, t.Value.Aggregate(1, (a, b) => a * b)).Select(_ => scale * (random.NextSingle() - 0.5f))])));
    }
}
