using System.CommandLine;
using System.Globalization;
using Tern.Model;
using Tern.Training;
using Tern.Training.Compression;
using Tern.Training.Weights.Orthogonal;

namespace Tern.Cli.Verbs;

/// <summary>`tern compress MODEL`: makes a trained classifier small, in a run of its own.</summary>
sealed class CompressVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors) that train has written." };
    readonly Option<string?> data = Flags.Text("--data", "DATA", "Data to train and test on (default: that of the model's training).");
    readonly Option<int?> rankW = Flags.Whole("--rank-w", "Rank of W, the input's matrix of each layer, by its singular values (model.projection).");
    readonly Option<int?> rankU = Flags.Whole("--rank-u", "Rank of U, the recurrent matrix (model.recurrent_rank).");
    readonly Option<double?> keepW = new("--keep-w") { HelpName = "SHARE", Description = "Share of W's weights that stays, above 0 to 1 (compression.keep_w)." };
    readonly Option<double?> keepU = new("--keep-u") { HelpName = "SHARE", Description = "Share of U's weights that stays (compression.keep_u)." };
    readonly Option<int?> bits = Flags.Whole("--bits", "Bits of a weight: 32, 16, 8, or 2 for ternary weights (compression.bits).");
    readonly Option<int?> epochs = Flags.Whole("--epochs", "Passes over the training examples, shared by the stages (default: those of the model's training); 0 compresses without training.", least: 0);
    readonly Option<string?> stages = Flags.Text("--stages", "STAGE,...", "Stages of equal length: dense, iht, gradual, fine-tune, quantize (default: dense,iht,fine-tune where weights go, the last one quantize where bits are few).");
    readonly Option<string?> folder = Flags.Text("--out", "DIR", "Run folder (default: runs/ and the name of the model's run with -small).");
    readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the run that --out holds." };
    readonly Option<string[]> set = new("--set") { HelpName = "KEY=VALUE", Description = "Any value of the configuration, such as optimizer.learning_rate=0.003. May be repeated.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    public CompressVerb() : base("compress", "Makes a trained classifier small: low rank, fewer weights, fewer bits. Trains it on in stages, and reports accuracy and bytes after each.",
        "tern compress runs/har/best.safetensors --rank-u 8 --keep-w 0.3 --bits 8", "tern compress runs/har/best.safetensors --bits 8 --epochs 0")
    {
        Add(model);
        foreach (Option option in (Option[])[data, rankW, rankU, keepW, keepU, bits, epochs, stages, folder, overwrite, set]) Add(option);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string path = arguments.Get(model);
        TrainConfig config = Config(arguments, path).Resolve();
        string run = TrainRun.Folder(arguments.Get(folder), config.Name, arguments.Get(overwrite));
        return RunEnd.Show(output, TrainRun.Start(config, run, output, cancel), run);
    }

    TrainConfig Config(Arguments arguments, string path)
    {
        (ModelSpec spec, _) = ModelFile.Load(path);
        if (spec.Training?.Config is not { } trained)
            throw new TernException($"Model file '{path}' does not say how it was trained; give one that `tern train` has written.");
        TrainConfig config = ConfigJson.Read(trained.GetRawText(), path);
        config = config with
        {
            Name = config.Name.EndsWith("-small", StringComparison.Ordinal) ? config.Name : config.Name + "-small",
            InitialModel = path,
            Model = config.Model with { RecurrentForm = RecurrentForm.Free },      // the file has the matrix itself
            Compression = new CompressionConfig(),
            Threads = arguments.Threads ?? config.Threads,
            Seed = arguments.Seed ?? config.Seed,
            Epochs = arguments.Get(epochs) ?? config.Epochs,
            MaxSeconds = 0,
        };
        if (arguments.Get(data) is { } source) config = config with { Data = config.Data.Of(source) };
        Set("model.projection", arguments.Get(rankW));
        Set("model.recurrent_rank", arguments.Get(rankU));
        Set("compression.keep_w", arguments.Get(keepW));
        Set("compression.keep_u", arguments.Get(keepU));
        Set("compression.bits", arguments.Get(bits));
        if (arguments.Get(stages) is { } names) config = ConfigJson.Set(config, $"compression.stages={names}");
        foreach (string assignment in arguments.Get(set) ?? []) config = ConfigJson.Set(config, assignment);
        if (!config.Compression.Any && arguments.Get(rankW) is null && arguments.Get(rankU) is null)
            throw new TernException("Nothing to compress by; give --rank-w or --rank-u, --keep-w or --keep-u, --bits, or several, for example --keep-w 0.3 --keep-u 0.3 --bits 8.");
        return config;

        void Set<T>(string key, T? value) where T : struct, IFormattable
        {
            if (value is { } given) config = ConfigJson.Set(config, $"{key}={given.ToString(null, CultureInfo.InvariantCulture)}");
        }
    }
}
