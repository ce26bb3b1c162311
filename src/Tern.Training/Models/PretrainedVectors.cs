using Tern.Training.Data;
using Tern.Training.Native;
using Tern.Training.Tasks;

namespace Tern.Training.Models;

/// <summary>Puts pretrained word vectors into an embedding.</summary>
static unsafe class PretrainedVectors
{
    /// <summary>Overwrites the rows of the words that have a vector; the others keep their random numbers. Returns how many had one.</summary>
    /// <exception cref="TernException">The model reads no words, the file cannot be read, or its vectors have another width.</exception>
    public static int Fill(ClassifierModel model, Classification task, ModelConfig config)
    {
        if (model.Embedding is not { } table || task.Text is not { } text)
            throw new TernException($"model.vectors is {config.Vectors}, but the data is no text; leave it out.");
        WordVectors vectors = WordVectors.Read(DataFiles.Resolve(config.Vectors), text.Vocabulary.Tokens);
        if (vectors.Width != config.Embedding)
            throw new TernException($"{config.Vectors} has vectors of {vectors.Width} numbers; model.embedding is {config.Embedding}. Set model.embedding={vectors.Width}.");
        return vectors.Fill(text.Vocabulary, new Span<float>(table.Weight.Pointer(), checked((int)table.Weight.numel())), config.UnitVectors);
    }
}
