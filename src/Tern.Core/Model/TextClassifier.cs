using Tern.Features;

namespace Tern.Model;

/// <summary>Classifies texts with a model file and nothing else. Safe to use from many threads.</summary>
public sealed class TextClassifier
{
    readonly TextFeatures features;
    readonly ClassifierRunner runner;

    /// <summary>A classifier of a loaded network.</summary>
    /// <exception cref="TernException">The model is not a text classifier.</exception>
    public TextClassifier(Network network)
    {
        ModelSpec spec = network.Spec;
        if (spec.Task is not (ModelTask.TextClassification or ModelTask.TextMultiLabel) || spec.Text is null || spec.Labels is null || network.TokenCount == 0 || network.GivesSequence)
            throw new TernException(ModelFile.OneLine($"The model does '{spec.Task}'; expected {ModelTask.TextClassification} with text features, labels and a pooled output. Use a model of that task."));
        (Network, features, runner) = (network, spec.Text, new(network));
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="TernException">The file cannot be read, is damaged or is not a text classifier.</exception>
    public static TextClassifier Load(string path) => new(Network.Load(path));

    /// <summary>The model.</summary>
    public Network Network { get; }

    /// <summary>Classifies a text.</summary>
    public Prediction Predict(string text) => Predict([text])[0];

    /// <summary>Classifies texts in batches of like length; the answers come in the order of the texts.</summary>
    /// <param name="texts">Any number of texts; an empty one is an unknown token.</param>
    /// <param name="threads">Threads to use; the answers do not depend on it.</param>
    /// <exception cref="TernException">Threads below 1, or a model whose output overflows.</exception>
    public Prediction[] Predict(IReadOnlyList<string> texts, int threads = 1)
    {
        int[][] tokens = [.. texts.Select(features.Encode)];
        return runner.Predict([.. tokens.Select(t => t.Length)], threads, (session, batch, logits) => session.Run([.. batch.Select(i => tokens[i])], logits));
    }
}
