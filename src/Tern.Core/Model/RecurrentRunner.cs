namespace Tern.Model;

/// <summary>A stack of recurrent layers alone, on rows of numbers: what <see cref="Session"/> does without embedding, pooling and head.</summary>
public sealed class RecurrentRunner
{
    readonly Session session;

    /// <summary>Packs the layers; each reads the one before it, whatever its spec says of inputs.</summary>
    /// <param name="layers">At least one layer, perhaps with windows between them.</param>
    /// <param name="tensors">The tensors that the layers name.</param>
    /// <exception cref="TernException">The tensors do not fit the layers.</exception>
    public RecurrentRunner(IReadOnlyList<ModuleSpec> layers, IReadOnlyDictionary<string, TensorData> tensors)
    {
        Network = new(new()
        {
            Task = "recurrent-stack",
            Modules = [.. layers.Select((layer, i) => layer with { Inputs = [i == 0 ? ModelSpec.FeaturesInput : layers[i - 1].Name] })],
            Output = layers[^1].Name,
        }, tensors);
        session = Network.CreateSession();
    }

    /// <summary>The layers as a network, for sessions that go step by step.</summary>
    public Network Network { get; }

    /// <summary>Runs a padded batch.</summary>
    /// <param name="x">[time, batch, input].</param>
    /// <param name="time">Steps.</param>
    /// <param name="lengths">Steps of each sequence, 1 to <paramref name="time"/>.</param>
    /// <param name="state">Initial state, replaced by the final one: [layers x directions, batch, states x hidden], forward before backward; before a layer with a window, the window's [batch, (steps - 1) x columns].</param>
    /// <param name="output">Gets [time, batch, columns] of the last layer; 0 at padded steps.</param>
    /// <exception cref="TernException">Wrong sizes.</exception>
    public void Run(ReadOnlySpan<float> x, int time, ReadOnlySpan<int> lengths, Span<float> state, Span<float> output)
    {
        SessionState streams = Network.CreateState(lengths.Length);
        if (state.Length != streams.Values.Length)
            throw new TernException($"Run got {state.Length} numbers of state; expected {streams.Values.Length}.");
        state.CopyTo(streams.Values);
        session.Run(x, time, lengths, output, streams);
        streams.Values.CopyTo(state);
    }
}
