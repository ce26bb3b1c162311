using System.Diagnostics;
using Tern.Cells;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>The reader on a hundred thousand damaged files: a model that runs, or one TernException; never more memory than the file is worth.</summary>
public sealed class FuzzTests
{
    const int Files = 100_000, Parts = 8;

    // what a small model takes beside its numbers: JSON, dictionaries, the message
    const long Allowance = 1 << 20;

    public static TheoryData<int> AllParts() => [.. Enumerable.Range(0, Parts)];

    [Theory]
    [MemberData(nameof(AllParts))]
    public void A_damaged_file_is_read_or_refused(int part)
    {
        byte[][] models = [.. Models().Select(spec => Saved(spec, SmallModel.Tensors(spec))), .. Encodings.Select(encoding => Saved(Encodable, EncodedModelTests.Encoded(Encodable, _ => encoding)))];
        int refused = 0;
        for (int seed = part; seed < Files; seed += Parts)
        {
            var random = new Random(seed);
            byte[] model = models[random.Next(models.Length)];
            (byte[] file, string how) = Mutation.Of(model, models[random.Next(models.Length)], random);
            if (!Reads(file, $"seed {seed}: {how}")) refused++;
        }
        // most damage is found; what is not (a bit of a weight) gives another sound model
        Assert.InRange(refused, Files / Parts / 2, Files / Parts - 100);
    }

    static bool Reads(byte[] file, string told)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(new MemoryStream(file), "fuzzed.safetensors");
            CheckMemory();
            Assert.True(ModelTensors.Size(tensors, tensors.Keys).Bytes <= file.Length, told);
            ModuleCost.Of(spec);
            if (!spec.Modules.Any(module => module is TorchRecurrentSpec)) Run(new Network(spec, tensors));
            if (spec.Ranges is not null) Compile(spec, tensors);
            return true;
        }
        catch (TernException e)
        {
            CheckMemory();
            Assert.True(e.Message.StartsWith("Model file 'fuzzed.safetensors' ") && !e.Message.Any(char.IsControl), $"{told}: {e.Message}");
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new UnreachableException($"{told}: {e.GetType().Name} {e.Message}", e);
        }

        void CheckMemory()
        {
            long took = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(took <= file.Length + Allowance, $"{told}: {took} bytes for a file of {file.Length}");
        }
    }

    /// <summary>What has been read must run, or say in one line why it is none of this task.</summary>
    static void Run(Network network)
    {
        try
        {
            new TextClassifier(network).Predict("a\"a b");
        }
        catch (TernException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
        }
    }

    /// <summary>Ranges that have been read compile, or the compiler says in one line what is wrong.</summary>
    static void Compile(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        try
        {
            FixedPointCompiler.Compile(spec, tensors).CreateSession();
        }
        catch (TernException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
        }
    }

    /// <summary>Small models that have every kind of module between them.</summary>
    static ModelSpec[] Models()
    {
        ModelSpec plain = SmallModel.Spec;
        ModelSpec With(ModuleSpec encoder, int width) => plain with
        {
            Modules = [plain.Modules[0], encoder, plain.Modules[2], new LinearSpec { Name = "head", Inputs = ["pooling"], Input = width, Output = 2 }],
        };
        return
        [
            plain,
            With(new RecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("mingru"), Input = 3, Hidden = 2, Bidirectional = true, Projection = 2, LayerNorm = LayerNormPlace.Before }, 4),
            With(new RecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("lstm"), Input = 3, Hidden = 3, RecurrentProjection = 2 }, 2),
            With(new ConvolutionSpec { Name = "encoder.0", Inputs = ["embedding"], Input = 3, Windows = [1, 3], Filters = 2 }, 4),
            With(new TorchRecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = "gru", Input = 3, Hidden = 2, Layers = 2 }, 2),
            new()
            {
                Task = ModelTask.SeriesClassification,
                Modules = [new RecurrentSpec { Name = "encoder.0", Inputs = ["features"], Cell = CellCatalogue.Resolve("mingru"), Input = 3, Hidden = 2 }, new PoolingSpec { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Last }, new LinearSpec { Name = "head", Inputs = ["pooling"], Input = 2, Output = 2 }],
                Output = "head",
                Ranges = new() { Sequences = 9, Features = 3, Layers = new Dictionary<string, IReadOnlyDictionary<string, float>> { ["encoder.0"] = new Dictionary<string, float> { ["x_h"] = 2, ["x_z"] = 3, ["h"] = 1 } } },
            },
            new() { Task = "regression", Modules = [new LinearSpec { Name = "head", Inputs = ["features"], Input = 3, Output = 1 }], Output = "head" },
        ];
    }

    /// <summary>A model that has all modules which read a matrix, and encodings that have all parts between them.</summary>
    static ModelSpec Encodable { get; } = SmallModel.Spec with
    {
        Modules =
        [
            SmallModel.Spec.Modules[0],
            new ConvolutionSpec { Name = "convolution", Inputs = ["embedding"], Input = 3, Windows = [1, 2], Filters = 2 },
            new RecurrentSpec { Name = "encoder.0", Inputs = ["convolution"], Cell = CellCatalogue.Resolve("mingru"), Input = 4, Hidden = 2 },
            .. SmallModel.Spec.Modules.Skip(2),
        ],
    };

    static readonly string[] Encodings = ["integer 8 rows", "integer 16", "ternary", "sparse 32 many", "sparse 8 few", "low-rank sparse", "low-rank integer"];

    static byte[] Saved(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], spec, tensors);
        return File.ReadAllBytes(folder["m"]);
    }
}
