using Tern.Kernels;

namespace Tern.Model;

/// <summary>
/// Runs a network: whole sequences in batch with Run, or step by step with Step and explicit state. Give each thread its
/// own session; they share the network. Step allocates nothing.
/// </summary>
public sealed unsafe class Session
{
    readonly Workspace steps, runs;
    AlignedBuffer<int> tokens = new(0);
    AlignedBuffer<byte> active = new(0);
    SessionState? runState;

    internal Session(Network network, int batch)
    {
        (Network, Batch, State) = (network, batch, network.CreateState(batch));
        (steps, runs) = (new(network), new(network));
        steps.Reserve(1, batch);
    }

    /// <summary>What it runs.</summary>
    public Network Network { get; }

    /// <summary>Parallel streams of Step.</summary>
    public int Batch { get; }

    /// <summary>Where the streams of Step are. To keep a place and go back to it, copy it to and from a state of <see cref="Network.CreateState"/>.</summary>
    public SessionState State { get; }

    /// <summary>Back to the state before the first step.</summary>
    public void Reset() => State.Reset();

    /// <summary>One step of each stream.</summary>
    /// <param name="tokens">A token id for each stream, [batch].</param>
    /// <param name="output">Gets the output after this step, [batch, columns]; where the model pools, the result of all steps so far.</param>
    /// <exception cref="TernException">Wrong sizes, an unknown id, or a model that cannot go step by step.</exception>
    public void Step(ReadOnlySpan<int> tokens, Span<float> output)
    {
        CheckTokens(tokens);
        CheckLength("Step", "token ids", tokens.Length, Batch);
        fixed (int* ids = tokens)
            Step(new ModuleArgs { Tokens = ids }, output);
    }

    /// <summary>As above, for a model that reads numbers.</summary>
    /// <param name="features">[batch, features].</param>
    /// <param name="output">[batch, columns].</param>
    public void Step(ReadOnlySpan<float> features, Span<float> output)
    {
        CheckFeatures();
        CheckLength("Step", "numbers", features.Length, (long)Batch * Network.FeatureCount);
        fixed (float* x = features)
            Step(new ModuleArgs { X = x }, output);
    }

    /// <summary>Runs whole sequences from the zero state; <see cref="State"/> stays as it is. Sequences of like length waste least.</summary>
    /// <param name="sequences">Token ids, each sequence of its own length, at least 1.</param>
    /// <param name="output">Gets [sequences, columns], or [longest, sequences, columns] where the output has a row for each step (0 after a sequence's end).</param>
    /// <exception cref="TernException">Wrong sizes or an unknown id.</exception>
    public void Run(IReadOnlyList<int[]> sequences, Span<float> output)
    {
        int batch = sequences.Count, time = 0;
        foreach (int[] sequence in sequences)
        {
            CheckTokens(sequence);
            time = Math.Max(time, sequence.Length);
        }
        int[] lengths = [.. sequences.Select(sequence => sequence.Length)];
        Grow(ref tokens, (long)time * batch);
        tokens.Span.Clear();
        for (int row = 0; row < batch; row++)
            for (int t = 0; t < lengths[row]; t++)
                tokens.Pointer[t * batch + row] = sequences[row][t];       // [time, batch]
        Run(new ModuleArgs { Time = time, Batch = batch, Tokens = tokens.Pointer }, lengths, null, output);
    }

    /// <summary>As above, for a model that reads numbers, and from any state.</summary>
    /// <param name="features">[time, sequences, features]; what lies after a sequence's end does not count.</param>
    /// <param name="time">Steps.</param>
    /// <param name="lengths">Steps of each sequence, 1 to <paramref name="time"/>.</param>
    /// <param name="output">Gets [sequences, columns], or [time, sequences, columns] where the output has a row for each step.</param>
    /// <param name="state">Where to start; gets the state after each sequence's end. Null for the zero state.</param>
    public void Run(ReadOnlySpan<float> features, int time, ReadOnlySpan<int> lengths, Span<float> output, SessionState? state = null)
    {
        CheckFeatures();
        CheckLength("Run", "numbers", features.Length, (long)time * lengths.Length * Network.FeatureCount);
        fixed (float* x = features)
            Run(new ModuleArgs { Time = time, Batch = lengths.Length, X = x }, lengths, state, output);
    }

    void Step(ModuleArgs args, Span<float> output)
    {
        if (Network.WholeSequenceModule is { } module)
            throw new TernException($"Step needs a model that reads forward only; module '{module}' is bidirectional. Use Run, or train without --bidirectional.");
        CheckLength("Step", "outputs", output.Length, (long)Batch * Network.OutputWidth);
        (args.Time, args.Batch) = (1, Batch);
        new ReadOnlySpan<float>(steps.Run(args, State), output.Length).CopyTo(output);
        GC.KeepAlive(this);
    }

    void Run(ModuleArgs args, ReadOnlySpan<int> lengths, SessionState? state, Span<float> output)
    {
        CheckLength("Run", "outputs", output.Length, (Network.GivesSequence ? (long)args.Time : 1) * args.Batch * Network.OutputWidth);
        if (args.Batch == 0)
            return;
        args.Active = Padding(args.Time, lengths);
        if (state is null)
        {
            if (runState?.Batch != args.Batch)
                runState = Network.CreateState(args.Batch);
            state = runState;
            state.Reset();
        }
        else if (!state.Is(Network, args.Batch))
            throw new TernException($"Run got a state of {state.Batch} streams for {args.Batch} sequences, or of another network; make it with Network.CreateState.");
        runs.Reserve(args.Time, args.Batch);
        new ReadOnlySpan<float>(runs.Run(args, state), output.Length).CopyTo(output);
        GC.KeepAlive(state);
        GC.KeepAlive(this);
    }

    /// <summary>1 for a step, 0 for padding, [time, batch]; null where all sequences have all steps.</summary>
    byte* Padding(int time, ReadOnlySpan<int> lengths)
    {
        bool padded = false;
        foreach (int length in lengths)
        {
            if (length < 1 || length > time)
                throw new TernException($"Run got a sequence of {length} steps; expected 1 to {time}.");
            padded |= length < time;
        }
        if (!padded)
            return null;
        Grow(ref active, (long)time * lengths.Length);
        for (int t = 0; t < time; t++)
            for (int row = 0; row < lengths.Length; row++)
                active.Pointer[t * lengths.Length + row] = t < lengths[row] ? (byte)1 : (byte)0;
        return active.Pointer;
    }

    void CheckTokens(ReadOnlySpan<int> ids)
    {
        int count = Network.TokenCount;
        if (count == 0)
            throw new TernException($"The model reads rows of {Network.FeatureCount} numbers; it got token ids.");
        foreach (int id in ids)
            if ((uint)id >= (uint)count)
                throw new TernException($"Token id {id} is unknown to the model; expected 0 to {count - 1}. Encode texts with the model's own features.");
    }

    void CheckFeatures()
    {
        if (Network.FeatureCount == 0)
            throw new TernException("The model reads token ids; it got numbers.");
    }

    static void CheckLength(string call, string what, int given, long expected)
    {
        if (given != expected)
            throw new TernException($"{call} got {given} {what}; expected {expected}.");
    }

    static void Grow<T>(ref AlignedBuffer<T> buffer, long length) where T : unmanaged
    {
        if (buffer.Length < length)
            buffer = new(length);
    }
}
