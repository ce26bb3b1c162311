using Tern.Features;
using Tern.Model;

namespace Tern.FixedPoint;

/// <summary>A model as the chain of modules that the integer form has.</summary>
sealed class ModelChain
{
    /// <summary>Takes a model apart.</summary>
    /// <exception cref="TernException">Spec and tensors do not fit, a number is not finite, or the model has a part that the integer form lacks.</exception>
    public ModelChain(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
    {
        Spec = spec;
        try
        {
            TensorCheck.Check(spec, tensors);
        }
        catch (TernException e)
        {
            throw new TernException($"The model {e.Message}");
        }
        Names = CName.OfModules([.. spec.Modules.Select(module => module.Name)]);
        string from = ModelSpec.FeaturesInput;
        foreach (ModuleSpec module in spec.Modules)
        {
            string input = module.Inputs[0];
            if (input != from) throw Lacks(module, input == ModelSpec.TokensInput ? "reads token ids" : $"reads '{input}', not the module before it");
            from = module.Name;
            switch (module)
            {
                case WindowSpec or RecurrentSpec when Pooling is null && Head is null:
                    Encoder.Add(module is RecurrentSpec recurrent ? (module, new LayerForm(recurrent, tensors, Names[recurrent.Name])) : (module, null));
                    break;
                case PoolingSpec pooling when Pooling is null && Head is null:
                    Pooling = pooling;
                    break;
                case LinearSpec linear when Head is null:
                    Head = linear;
                    Weight = SourceMatrix.Of(tensors, $"{linear.Name}.weight");
                    Bias = tensors[$"{linear.Name}.bias"].Values;
                    break;
                default:
                    throw Lacks(module, $"is of the kind {module.GetType().Name.Replace("Spec", "", StringComparison.Ordinal).ToLowerInvariant()}, or not in the order recurrent layers, pooling, head");
            }
        }
        if (Head is null || Encoder.All(part => part.Form is null)) throw new TernException("The model has no recurrent layer or no linear head; the integer form is of classifiers with both.");
        Channels = FixedPointCompiler.Channels(spec);
    }

    public ModelSpec Spec { get; }

    /// <summary>The modules' names in exports.</summary>
    public IReadOnlyDictionary<string, string> Names { get; }

    /// <summary>Numbers of a step.</summary>
    public int Channels { get; }

    /// <summary>Windows and recurrent layers, in order.</summary>
    public List<(ModuleSpec Module, LayerForm? Form)> Encoder { get; } = [];

    public PoolingSpec? Pooling { get; }

    public LinearSpec? Head { get; }

    /// <summary>Of the head.</summary>
    public SourceMatrix Weight { get; } = null!;

    public float[] Bias { get; } = [];

    public SeriesFeatures? Series => Spec.Series;

    public static TernException Lacks(ModuleSpec module, string what) => new($"The module '{module.Name}' {what}; the integer form has series of numbers, windows, recurrent layers of one direction, pooling and a linear head. Train such a model.");
}
