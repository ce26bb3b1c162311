namespace Tern.Model;

/// <summary>What a module of a model gives, holds and costs.</summary>
/// <param name="Module">The module.</param>
/// <param name="Width">Columns of what it gives.</param>
/// <param name="GivesSequence">Whether it gives a row for each step; else one for each sequence.</param>
/// <param name="EachStep">Whether it works at each step; else once a sequence.</param>
/// <param name="Parameters">Numbers in its tensors.</param>
/// <param name="MultiplyAdds">Multiplications with addition of its matrix products: a step, or a sequence where it works once a sequence.</param>
public sealed record ModuleCost(ModuleSpec Module, int Width, bool GivesSequence, bool EachStep, long Parameters, long MultiplyAdds)
{
    /// <summary>Bytes of its tensors: 4 for each number unless tensors were given that say better.</summary>
    public long Bytes { get; init; } = Parameters * sizeof(float);

    /// <summary>The costs of each module, in the order of the spec.</summary>
    /// <exception cref="TernException">The modules do not fit together.</exception>
    public static IReadOnlyList<ModuleCost> Of(ModelSpec spec)
    {
        IReadOnlyDictionary<string, Flow> flows;
        try
        {
            flows = spec.Check();
        }
        catch (TernException e)
        {
            throw new TernException($"The model {e.Message}");
        }
        return [.. spec.Modules.Select(module => new ModuleCost(
            module,
            flows[module.Name].Width,
            GivesSequence: flows[module.Name].Kind == FlowKind.Sequence,
            EachStep: flows[module.Inputs[0]].Kind != FlowKind.Row,
            Parameters: module.Tensors().Sum(tensor => tensor.Value.Aggregate(1L, (product, size) => product * size)),
            module.MultiplyAdds()))];
    }

    /// <summary>As above, with numbers, bytes and multiply-adds as the tensors are stored: a weight that is not kept is not multiplied.</summary>
    /// <exception cref="TernException">The modules do not fit together.</exception>
    public static IReadOnlyList<ModuleCost> Of(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) =>
    [
        .. Of(spec).Select(cost =>
        {
            (long parameters, long bytes) = ModelTensors.Size(tensors, cost.Module.Tensors().Select(tensor => tensor.Key));
            long saved = cost.MultiplyAdds == 0 ? 0 : cost.Parameters - parameters;      // of what is looked up nothing is
            return cost with { Parameters = parameters, Bytes = bytes, MultiplyAdds = cost.MultiplyAdds - saved };
        }),
    ];
}
