using Tern.Model;

namespace Tern.Training.Models;

/// <summary>Checks the values of a configuration that a convolution has, and those that it does not have.</summary>
static class ConvolutionKeys
{
    static readonly ModelConfig Defaults = new();

    /// <exception cref="TernException">A value is out of range, or one that this cell does not take is not the default.</exception>
    public static void Check(ModelConfig config)
    {
        if (config.Cell == ModelConfig.Cnn)
            CheckConvolution(config);
        else if (config.Filters != Defaults.Filters || config.Windows.IsDefault || !config.Windows.SequenceEqual(Defaults.Windows))
            throw new TernException($"model.cell is {config.Cell}, which takes no windows or filters; leave them out, or use model.cell=cnn.");
    }

    static void CheckConvolution(ModelConfig config)
    {
        TrainConfig.Check(config.Filters is >= 1 and <= 65536, "model.filters", config.Filters, "1 to 65536");
        string windows = config.Windows.IsDefaultOrEmpty ? "empty" : string.Join(", ", config.Windows);
        bool fits = !config.Windows.IsDefaultOrEmpty;
        for (int i = 0; fits && i < config.Windows.Length; i++)
            fits = config.Windows[i] is >= 1 and <= ConvolutionSpec.MaxWindow && (i == 0 || config.Windows[i] > config.Windows[i - 1]);
        TrainConfig.Check(fits, "model.windows", windows.Length > 60 ? windows[..60] + " ..." : windows, $"ascending numbers of steps, 1 to {ConvolutionSpec.MaxWindow}, for example 3,4,5");
        TrainConfig.Check((long)config.Windows.Length * config.Filters <= 65536, "model.filters x windows", (long)config.Windows.Length * config.Filters, "at most 65536");
        TrainConfig.Check((long)config.Windows[^1] * config.Embedding <= 1 << 24, "model.embedding x the longest window", (long)config.Windows[^1] * config.Embedding, $"at most {1 << 24}");

        if (Others(config).FirstOrDefault(other => other.IsSet) is (string key, string value, true))
            throw new TernException($"model.cell is cnn, which takes no {key} but {value}; leave model.{key} out, or use another cell.");
    }

    /// <summary>Values that have no meaning here, with what they may be all the same; a resolved configuration has 1 layer.</summary>
    static IEnumerable<(string Key, string Allowed, bool IsSet)> Others(ModelConfig config) =>
    [
        ("bidirectional", "false", config.Bidirectional),
        ("pooling", "max", config.Pooling != PoolingKind.Max),
        ("layers", $"1 or the default {Defaults.Layers}", config.Layers != 1 && config.Layers != Defaults.Layers),
        ("hidden", $"the default {Defaults.Hidden} (filters are its units)", config.Hidden != Defaults.Hidden),
        ("layer_dropout", "0", config.LayerDropout > 0),
        ("variational_dropout", "0", config.VariationalDropout > 0),
        ("input_dropout", "0", config.InputDropout > 0),
        ("zoneout", "0", config.Zoneout > 0),
        ("decay", $"the default {Defaults.Decay}", config.Decay != Defaults.Decay),
        ("window", "1 (see model.windows)", config.Window != 1),
        ("projection", "0", config.Projection > 0),
        ("layer_norm", "none", config.LayerNorm != LayerNormPlace.None),
        ("project_highway", "false", config.ProjectHighway),
        ("highway_bias", "0", config.HighwayBias != 0),
        ("cell_options", "{}", config.CellOptions.Count > 0),
    ];
}
