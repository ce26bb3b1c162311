using System.Globalization;
using System.Text;
using Tern.Cells;
using Tern.Export.C;
using Tern.Export.C.Floats;
using Tern.Model;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>The C in floats gives what the session gives, for every variant of the catalogue; all models are one program. TERN_FUZZ_SEED draws others.</summary>
public sealed class FloatContractTests : IDisposable
{
    const int Steps = 40;
    const double Tolerance = 1e-5;      // of 1 + the largest score: some cells grow without bound

    readonly CompilerFolder folder = new();
    readonly StringBuilder units = new(), main = new();
    readonly List<(string Name, string What, float[] Expected)> models = [];

    [Fact]
    public void Every_variant_agrees_with_its_session()
    {
        int first = int.Parse(Environment.GetEnvironmentVariable("TERN_FUZZ_SEED") ?? "0", CultureInfo.InvariantCulture);
        CellVariant[] cells = [.. CellCatalogue.Variants];
        for (int i = 0; i < cells.Length; i++)
        {
            Add(FloatModels.Plain(cells[i], i % 3 == 0 ? 9 : 1 + i % 7, 9), cells[i].ToString());
            Add(FloatModels.Any(cells[i], first + i), $"{cells[i]}, seed {first + i}");
        }
        Run();
    }

    [Fact]
    public void Convolutions_and_token_ids_agree_with_their_session()
    {
        ModelSpec convolution = new()
        {
            Task = ModelTask.SeriesClassification,
            Modules =
            [
                new ConvolutionSpec { Name = "encoder", Inputs = ["features"], Input = 3, Windows = [1, 3, 4], Filters = 5 },
                new PoolingSpec { Name = "pooling", Inputs = ["encoder"], How = PoolingKind.Max },
                new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 15, Output = 2 },
            ],
            Output = "head",
        };
        ModelSpec tokens = new()
        {
            Task = ModelTask.TextClassification,
            Modules =
            [
                new EmbeddingSpec { Name = "embedding", Inputs = ["tokens"], Vocabulary = 300, Width = 6 },
                new RecurrentSpec { Name = "encoder", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("sru"), Input = 6, Hidden = 7 },
                new PoolingSpec { Name = "pooling", Inputs = ["encoder"], How = PoolingKind.Mean },
                new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 7, Output = 2 },
            ],
            Output = "head",
        };
        for (int seed = 1; seed <= 6; seed++)
        {
            Random random = new(seed);
            Add((convolution, FloatModels.Stored(Core.Tests.FixedPoint.RandomModel.Tensors(convolution, random), random)), $"convolution {seed}");
            Add((tokens, FloatModels.Stored(Core.Tests.FixedPoint.RandomModel.Tensors(tokens, random), random)), $"tokens {seed}");
        }
        Run();
    }

    /// <summary>Adds a model's C, and what its session gives after each of some steps.</summary>
    void Add((ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) model, string what)
    {
        string name = $"m{models.Count}";
        Network network = new(model.Spec, model.Tensors);
        Session session = network.CreateSession();
        Random random = new(models.Count);
        int inputs = network.FeatureCount, outputs = network.OutputWidth;
        float[] expected = new float[Steps * outputs];
        float[] values = [.. Enumerable.Range(0, Steps * inputs).Select(_ => (float)(random.NextDouble() * 4 - 2))];
        int[] tokens = [.. Enumerable.Range(0, inputs > 0 ? 0 : Steps).Select(_ => random.Next(network.TokenCount))];
        for (int step = 0; step < Steps; step++)
        {
            Span<float> output = expected.AsSpan(step * outputs, outputs);
            if (inputs == 0) session.Step(tokens.AsSpan(step, 1), output);
            else
            {
                float[] row = values[(step * inputs)..((step + 1) * inputs)];
                model.Spec.Series?.Scale(row);
                session.Step(row, output);
            }
        }
        models.Add((name, what, expected));
        IReadOnlyList<CFile> files = CFloatExport.Export(model.Spec, model.Tensors, inputs == 0 ? [] : [values], new() { Name = name, TestSteps = 1 }).Files;
        folder.Write(files.Where(file => file.Name == $"{name}.h" || file.Name == $"{name}.c"));
        units.Append(CultureInfo.InvariantCulture, $"#include \"{name}.c\"\n");
        string list = inputs == 0 ? string.Join(", ", tokens) : string.Join(", ", values.Select(CFloatText.Number)), at = inputs == 0 ? "inputs[step]" : $"inputs + step * {inputs}";
        main.Append(CultureInfo.InvariantCulture, $$"""

            static void run_{{name}}(void)
            {
                static const {{(inputs == 0 ? "uint32_t" : "float")}} inputs[] = { {{list}} };
                static {{name}}_state state;
                float output[{{outputs}}];
                int step, i;

                {{name}}_reset(&state);
                for (step = 0; step < {{Steps}}; step++) {
                    {{name}}_step(&state, {{at}});
                    {{name}}_output(&state, output);
                    for (i = 0; i < {{outputs}}; i++) printf("%.9g ", (double)output[i]);
                    if (output[{{name}}_classify(&state)] < output[0]) printf("class ");
                }
                printf("\n");
            }

            """);
    }

    void Run()
    {
        string calls = string.Concat(models.Select(model => $"    run_{model.Name}();\n"));
        File.WriteAllText(folder.At("main.c"), $"{units}#include <stdio.h>\n{main}\nint main(void)\n{{\n{calls}    return 0;\n}}\n");
        folder.Compile("gcc", "all", ["main.c"], "-O0", "-ffp-contract=off");
        (int code, string said) = folder.Run(folder.At("all"));
        Assert.True(code == 0, said);
        string[] lines = said.Split('\n');
        StringBuilder wrong = new();
        for (int m = 0; m < models.Count; m++)
        {
            string[] given = lines[m].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            float[] expected = models[m].Expected;
            Assert.True(given.Length == expected.Length, $"{models[m].What}: {given.Length} numbers for {expected.Length}; {lines[m]}");
            double error = expected.Select((value, i) => Math.Abs(value - double.Parse(given[i], CultureInfo.InvariantCulture))).Max() / (1 + expected.Max(Math.Abs));
            if (!(error <= Tolerance)) wrong.Append(CultureInfo.InvariantCulture, $"{models[m].Name} {models[m].What}: {error:g3}\n");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    public void Dispose() => folder.Dispose();
}
