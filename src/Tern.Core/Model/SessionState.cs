using Tern.Kernels;

namespace Tern.Model;

/// <summary>The state of parallel streams: of every recurrent layer, and of a running pooling. It can be copied and reordered.</summary>
public sealed unsafe class SessionState
{
    readonly Network network;
    readonly AlignedBuffer<float> values, spare;
    readonly nint[] offsets;      // of each module's first block

    internal SessionState(Network network, int batch)
    {
        if (batch < 1)
            throw new TernException($"A batch of {batch} streams is below 1; use 1 or more.");
        (this.network, Batch) = (network, batch);
        offsets = new nint[network.Modules.Count];
        long length = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (nint)length;
            length += (long)batch * network.Modules[i].StateBlocks * network.Modules[i].StateWidth;
        }
        values = new(length);
        spare = new(length);
        Reset();
    }

    /// <summary>Streams.</summary>
    public int Batch { get; }

    /// <summary>
    /// All numbers, module after module: for a recurrent layer [directions, batch, states x hidden]. For keeping a state
    /// outside the process, or setting it.
    /// </summary>
    public Span<float> Values => values.Span;

    /// <summary>Back to the state before the first step.</summary>
    public void Reset()
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            RuntimeModule module = network.Modules[i];
            module.ResetState(values.Span.Slice((int)offsets[i], Batch * module.StateBlocks * module.StateWidth));
        }
    }

    /// <summary>
    /// Draws the state of every recurrent layer from the standard normal distribution, to see how much a model depends on
    /// it; that of a running pooling and of a window is the one before the first step.
    /// </summary>
    /// <param name="random">Where the numbers come from.</param>
    public void Randomize(Random random)
    {
        Reset();
        for (int i = 0; i < offsets.Length; i++)
            if (network.Modules[i] is RecurrentModule module)
                foreach (ref float value in values.Span.Slice((int)offsets[i], Batch * module.StateBlocks * module.StateWidth))
                    value = (float)random.NextNormal();
    }

    /// <summary>Copies all streams to another state of the same network and batch.</summary>
    /// <exception cref="TernException">The other state is of another network or batch.</exception>
    public void CopyTo(SessionState other)
    {
        if (!other.Is(network, Batch))
            throw new TernException($"A state of {Batch} streams cannot be copied to one of {other.Batch} streams or of another network; make both with Network.CreateState.");
        values.Span.CopyTo(other.values.Span);
    }

    /// <summary>Stream i goes on from what was stream streams[i]: the step between two rounds of a beam search.</summary>
    /// <param name="streams">For each stream, the stream that it follows.</param>
    /// <exception cref="TernException">Not one index for each stream, or an index outside the batch.</exception>
    public void Gather(ReadOnlySpan<int> streams)
    {
        if (streams.Length != Batch)
            throw new TernException($"Gather got {streams.Length} streams; expected {Batch}, one for each.");
        foreach (int stream in streams)
            if ((uint)stream >= (uint)Batch)
                throw new TernException($"Gather got stream {stream}; expected 0 to {Batch - 1}.");
        values.Span.CopyTo(spare.Span);
        for (int i = 0; i < offsets.Length; i++)
        {
            int width = network.Modules[i].StateWidth, offset = (int)offsets[i];
            for (int block = 0; block < network.Modules[i].StateBlocks; block++, offset += Batch * width)
                for (int row = 0; row < Batch; row++)
                    spare.Span.Slice(offset + streams[row] * width, width).CopyTo(values.Span[(offset + row * width)..]);
        }
    }

    /// <summary>Whether this is a state of so many streams of a network.</summary>
    internal bool Is(Network network, int batch) => this.network == network && Batch == batch;

    /// <summary>The first state block of a module.</summary>
    internal float* Of(int module) => values.Pointer + offsets[module];
}
