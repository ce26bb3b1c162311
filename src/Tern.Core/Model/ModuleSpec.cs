using System.Text.Json.Serialization;

namespace Tern.Model;

/// <summary>A named module of a model's graph; its kind says what it does. Its tensors are named "NAME.part".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EmbeddingSpec), "embedding")]
[JsonDerivedType(typeof(RecurrentSpec), "recurrent")]
[JsonDerivedType(typeof(WindowSpec), "window")]
[JsonDerivedType(typeof(PoolingSpec), "pooling")]
[JsonDerivedType(typeof(LinearSpec), "linear")]
[JsonDerivedType(typeof(TorchRecurrentSpec), "torch-recurrent")]
[JsonDerivedType(typeof(ConvolutionSpec), "convolution")]
public abstract record ModuleSpec
{
    /// <summary>Largest size of anything: 2^24.</summary>
    const int MaxSize = 1 << 24;

    /// <summary>Name, unique in the graph, for example "encoder.0".</summary>
    [JsonPropertyOrder(-2)]
    public required string Name { get; init; }

    /// <summary>What it reads: names of modules, or "tokens" or "features" for the model's input.</summary>
    [JsonPropertyOrder(-1)]
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Names and shapes of the tensors that the model file holds for this module.</summary>
    public abstract IEnumerable<KeyValuePair<string, int[]>> Tensors();

    /// <summary>Multiplications with addition of the module's matrix products for one row of its input; what is done number by number is not counted.</summary>
    public virtual long MultiplyAdds() => Tensors().Where(tensor => tensor.Value.Length == 2).Sum(tensor => (long)tensor.Value[0] * tensor.Value[1]);

    /// <summary>Checks sizes and input; returns what the module gives.</summary>
    internal abstract Flow Check(Flow input);

    private protected void CheckSize(string what, long size)
    {
        if (size is < 1 or > MaxSize)
            throw new TernException($"has a module '{Name}' of {what} {size}; expected 1 to {MaxSize}. Train the model again.");
    }

    private protected void CheckInput(Flow input, bool fits, string expected)
    {
        if (!fits)
            throw new TernException($"has a module '{Name}' that reads {input}; expected {expected}. Train the model again.");
    }

    private protected KeyValuePair<string, int[]> Tensor(string part, params int[] shape) => new($"{Name}.{part}", shape);
}

/// <summary>A row of a table for each token id. Tensor: weight [vocabulary, width].</summary>
public sealed record EmbeddingSpec : ModuleSpec
{
    /// <summary>Rows: token ids.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Columns.</summary>
    public required int Width { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors() => [Tensor("weight", Vocabulary, Width)];

    /// <summary>0: a row is looked up.</summary>
    public override long MultiplyAdds() => 0;

    internal override Flow Check(Flow input)
    {
        CheckSize("vocabulary", Vocabulary);
        CheckSize("width", Width);
        CheckInput(input, input.Kind == FlowKind.Tokens && (input.Width == 0 || input.Width == Vocabulary), $"{Vocabulary} token ids");
        return new(FlowKind.Sequence, Width);
    }
}

/// <summary>
/// Each step's row, then the rows of the steps before it, the latest first; 0 before the first step. What a layer of a
/// window (a Quasi-RNN's convolution) reads. No tensors.
/// </summary>
public sealed record WindowSpec : ModuleSpec
{
    const int MaxSteps = 1024;

    /// <summary>Columns of a row.</summary>
    public required int Input { get; init; }

    /// <summary>Steps that a row sees, this one included.</summary>
    public required int Steps { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors() => [];

    internal override Flow Check(Flow input)
    {
        CheckSize("input", Input);
        if (Steps is < 1 or > MaxSteps)
            throw new TernException($"has a module '{Name}' with a window of {Steps} steps; expected 1 to {MaxSteps}. Train the model again.");
        CheckSize("width", Input > (1 << 24) / Steps ? 0 : Input * Steps);
        CheckInput(input, input.Kind == FlowKind.Sequence && input.Fits(Input), $"a sequence of {Input} columns");
        return new(FlowKind.Sequence, Input * Steps);
    }
}

/// <summary>How a sequence becomes one row.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PoolingKind>))]
public enum PoolingKind
{
    /// <summary>The row of the last step.</summary>
    [JsonStringEnumMemberName("last")]
    Last,

    /// <summary>The largest value of each column.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>The mean of each column.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,
}

/// <summary>A sequence becomes one row; padded steps do not count. No tensors.</summary>
public sealed record PoolingSpec : ModuleSpec
{
    /// <summary>Last, max or mean.</summary>
    public required PoolingKind How { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors() => [];

    internal override Flow Check(Flow input)
    {
        CheckInput(input, input.Kind == FlowKind.Sequence && input.Width > 0, "a sequence from another module");
        if (!Enum.IsDefined(How))
            throw new TernException($"has a module '{Name}' that pools by {(int)How}; expected last, max or mean. Train the model again.");
        return input with { Kind = FlowKind.Row };
    }
}

/// <summary>y = W x + b. Tensors: weight [output, input], bias [output].</summary>
public sealed record LinearSpec : ModuleSpec
{
    /// <summary>Columns of x.</summary>
    public required int Input { get; init; }

    /// <summary>Columns of y.</summary>
    public required int Output { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int[]>> Tensors() => [Tensor("weight", Output, Input), Tensor("bias", Output)];

    internal override Flow Check(Flow input)
    {
        CheckSize("input", Input);
        CheckSize("output", Output);
        CheckInput(input, input.Fits(Input), $"{Input} columns");
        return input with { Width = Output };
    }
}
