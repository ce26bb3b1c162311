using Tern.Cells;

namespace Tern.Model;

/// <summary>
/// What a module works on: [time, batch, columns] of input and output, or [batch, columns] where a module pools. A step
/// is a run of one time step that goes on from the state.
/// </summary>
unsafe struct ModuleArgs
{
    public int Time, Batch;

    /// <summary>Token ids [time, batch], for modules that read them.</summary>
    public int* Tokens;

    /// <summary>Input and output rows.</summary>
    public float* X, Y;

    /// <summary>The module's state blocks, each [batch, StateWidth]; carried on in place.</summary>
    public float* State;

    /// <summary>Room for <see cref="RuntimeModule.ScratchFloats"/>.</summary>
    public float* Scratch;

    /// <summary>1 for a step of a sequence, 0 for padding, [time, batch]; null where nothing is padded.</summary>
    public byte* Active;

    public readonly bool IsActive(int row) => Active == null || Active[row] != 0;
}

/// <summary>A module ready to run: weights packed once, never changed, shared by all sessions.</summary>
abstract unsafe class RuntimeModule
{
    /// <summary>Columns of the output.</summary>
    public abstract int Width { get; }

    /// <summary>State blocks: one for each direction of a recurrent layer.</summary>
    public virtual int StateBlocks => 0;

    /// <summary>Floats of a state block for each stream.</summary>
    public virtual int StateWidth => 0;

    /// <summary>Writes the state before the first step, [batch, StateWidth].</summary>
    public virtual void ResetState(Span<float> block) => block.Clear();

    /// <summary>Floats of scratch for some steps of some streams.</summary>
    public virtual long ScratchFloats(int time, int batch) => 0;

    /// <summary>Computes Y and the new state. At padded steps a sequence's output is 0 and its state is carried.</summary>
    public abstract void Run(in ModuleArgs args);

    /// <summary>The runtime form of a module.</summary>
    public static RuntimeModule Create(ModuleSpec spec, Flow input, IReadOnlyDictionary<string, TensorData> tensors) => spec switch
    {
        EmbeddingSpec embedding => new EmbeddingModule(embedding, tensors),
        RecurrentSpec recurrent => new RecurrentModule(recurrent, tensors),
        ConvolutionSpec convolution => new ConvolutionModule(convolution, tensors),
        WindowSpec window => new WindowModule(window),
        PoolingSpec { How: PoolingKind.Last } => new LastPooling(input.Width),
        PoolingSpec { How: PoolingKind.Max } => new MaxPooling(input.Width),
        PoolingSpec => new MeanPooling(input.Width),
        LinearSpec linear => new LinearModule(linear, input.Kind, tensors),
        _ => throw new TernException($"has a module '{spec.Name}' that only libtorch runs ({spec.GetType().Name}); expected a cell of the catalogue ({string.Join(", ", CellCatalogue.Names)}). Use `tern predict`, or train with one of these cells."),
    };
}
