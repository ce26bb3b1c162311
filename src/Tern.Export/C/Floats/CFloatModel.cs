using Tern.Cells.Derivation;
using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>A model as the chain of modules that C has in floats, and what the printers of one export share.</summary>
sealed class CFloatModel
{
    public CFloatModel(ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors, CExportOptions options)
    {
        options.Check();
        (Spec, Options, Name, Upper) = (spec, options, options.Name, options.Name.ToUpperInvariant());
        Network = new(spec, tensors);      // checks the graph and the tensors
        List<CFloatModule> modules = [];
        string from = spec.Modules[0].Inputs[0];
        foreach (ModuleSpec module in spec.Modules)
        {
            if (module.Inputs[0] != from) throw Lacks(module, $"reads '{module.Inputs[0]}', not the module before it");
            from = module.Name;
            if (Head.Count > 0 || (Pooling is not null && module is not LinearSpec)) throw Lacks(module, "is not in the order layers, pooling, head");
            if (module is LinearSpec linear)
            {
                if (modules.Count == 0) throw Lacks(module, "reads the input itself");
                (Head, Bias) = (CFloatMatrix.Of(tensors, $"{linear.Name}.weight", CName.Of(linear.Name)), tensors[$"{linear.Name}.bias"].Values);
            }
            else modules.Add(Module(module, tensors, modules.Count == 0 ? 0 : modules[^1].Width));
            if (modules[^1] is CFloatPooling pooling) Pooling = pooling;
        }
        if (Head.Count == 0) throw Lacks(spec.Modules[^1], "is no linear head");
        (Modules, Tokens) = (modules, (modules[0] as CFloatEmbedding)?.Tokens ?? 0);
        HeadRow = modules.Aggregate("input", (x, module) => module.Row(x));
        if (HeadRow == "input") throw Lacks(spec.Modules[^1], "reads the input itself");
        (int Products, int Between, int Row)[] work = [.. modules.Select(module => module.Work)];
        Fields = [.. modules.SelectMany(module => module.Fields).OrderBy(field => !field.Carried), .. Room("products", work.Max(w => w.Products), "W x and U h"), .. Room("between", work.Max(w => w.Between), "between two factors of a matrix"), .. Room("row", work.Max(w => w.Row), "a row that is normalised or multiplied further"), .. Normalises ? Room("x", Inputs, "the input, normalised") : []];
    }

    public ModelSpec Spec { get; }

    public CExportOptions Options { get; }

    /// <summary>The session's form, which self-tests get their numbers from.</summary>
    public Network Network { get; }

    /// <summary>Prefix of names.</summary>
    public string Name { get; }

    /// <summary>Prefix of macros.</summary>
    public string Upper { get; }

    /// <summary>Where tables go.</summary>
    public string Rom => $"{Upper}_ROM";

    /// <summary>Up to the head.</summary>
    public IReadOnlyList<CFloatModule> Modules { get; }

    public CFloatPooling? Pooling { get; }

    /// <summary>Factors of the head's weight.</summary>
    public IReadOnlyList<CFloatMatrix> Head { get; } = [];

    /// <summary>Of the head.</summary>
    public float[] Bias { get; } = [];

    /// <summary>Where the row is that the head reads; of a mean its sums.</summary>
    public string HeadRow { get; }

    /// <summary>The caller's state, what is carried first.</summary>
    public IReadOnlyList<CFloatField> Fields { get; }

    /// <summary>Ids of tokens that the model knows; 0 where it reads numbers.</summary>
    public int Tokens { get; }

    /// <summary>Numbers of a step; 0 where it reads token ids.</summary>
    public int Inputs => Network.FeatureCount;

    public int Outputs => Network.OutputWidth;

    /// <summary>Whether the input is shifted and scaled.</summary>
    public bool Normalises => Spec.Series is { } series && !(series.Mean.All(mean => mean == 0) && series.Deviation.All(deviation => deviation == 1));

    public IEnumerable<CFloatMatrix> Matrices => Modules.SelectMany(module => module.Matrices).Distinct().Concat(Head);

    public IEnumerable<(string Name, float[] Values)> Vectors =>
    [
        .. Normalises ? ((string, float[])[])[("mean", Spec.Series!.Mean), ("deviation", Spec.Series.Deviation)] : [],
        .. Modules.SelectMany(module => module.Vectors), ("bias", Bias),
    ];

    public IEnumerable<CFloatLayer> Layers => Modules.OfType<CFloatLayer>();

    public bool Calls(Op function) => Layers.Any(layer => layer.Functions.Contains(function));

    /// <summary>Bytes of the caller's state: floats, and a count of 32 bits for a mean.</summary>
    public int StateBytes => sizeof(float) * (Fields.Sum(part => part.Length) + (Pooling is { IsMean: true } ? 1 : 0));

    public int TableBytes => Matrices.Sum(matrix => matrix.Bytes) + Vectors.Sum(vector => sizeof(float) * vector.Values.Length);

    /// <summary>What a header or source says of itself first.</summary>
    public string Banner(string what) => $"/* {what}\n   Made by tern {ModelSpec.TernVersion} from a trained model, in floats. */";

    static CFloatField[] Room(string name, int length, string what) => length == 0 ? [] : [new(name, length, Carried: false, what)];

    static CFloatModule Module(ModuleSpec module, IReadOnlyDictionary<string, TensorData> tensors, int width) => module switch
    {
        RecurrentSpec layer => new CFloatLayer(layer, tensors),
        WindowSpec window => new CFloatWindow(window),
        ConvolutionSpec convolution => new CFloatConvolution(convolution, tensors),
        PoolingSpec pooling => new CFloatPooling(pooling, width),
        EmbeddingSpec embedding => new CFloatEmbedding(embedding, tensors),
        _ => throw Lacks(module, $"is of the kind {module.GetType().Name.Replace("Spec", "", StringComparison.Ordinal).ToLowerInvariant()}"),
    };

    static TernException Lacks(ModuleSpec module, string what) => new($"The module '{module.Name}' {what}, which the C code lacks: it has an embedding, windows, convolutions, recurrent layers of one direction, pooling and a linear head, in a chain. Train such a model.");
}
