using Tern.Training;
using Tern.Training.Data;
using Tern.Training.Models;

namespace Tern.Cli;

/// <summary>What training needs at the least: refused before it starts where the machine has less.</summary>
static class ModelMemory
{
    /// <exception cref="TernException">The machine has less.</exception>
    public static void Require(TrainConfig config, Dataset data)
    {
        double hidden = config.Model.Hidden, input = config.Model.Embedding, directions = config.Model.Bidirectional ? 2 : 1;
        bool cnn = config.Model.Cell == ModelConfig.Cnn;
        // weights, their gradients and Adam's two moments
        double parameters = Vocabulary(config, data) * input + (cnn ? config.Model.Windows.Sum() * input * config.Model.Filters : directions * 3 * hidden * (input + (config.Model.Layers - 1) * directions * hidden));
        // products, states and outputs of the longest batch, kept for the backward pass
        double longest = data.Train.Max(example => example is SeriesExample series ? series.Steps : ((TextExample)example).Text.Length);
        if (config.Data.MaxLength > 0)
            longest = Math.Min(longest, config.Data.MaxLength);
        double activations = longest * config.Batch * (cnn ? (double)config.Model.Windows.Length * config.Model.Filters * 3 : directions * hidden * 5 * config.Model.Layers);
        Memory.Require(4 * (4 * parameters + activations), $"{(cnn ? $"windows {string.Join(", ", config.Model.Windows)} of {config.Model.Filters} filters" : $"hidden {config.Model.Hidden}, layers {config.Model.Layers}")}, embedding {config.Model.Embedding} and batch {config.Batch}");
    }

    /// <summary>At least so many tokens are distinct; the exact number comes with the vocabulary.</summary>
    static double Vocabulary(TrainConfig config, Dataset data) => config.Data.Unit == Features.TokenUnit.Characters ? 30 : Math.Min(1000, data.Train.Count);
}
