using System.Collections.Immutable;
using Tern.Cells;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Weights.Orthogonal;

namespace Tern.Training.Models;

/// <summary>A classifier: embedding (of texts), encoder, pooling, dropout, linear head.</summary>
public sealed record ModelConfig
{
    /// <summary>The encoder by libtorch's LSTM.</summary>
    public const string LstmLibtorch = "lstm-libtorch";

    /// <summary>The encoder by libtorch's GRU.</summary>
    public const string GruLibtorch = "gru-libtorch";

    /// <summary>No encoder: the mean of the embeddings.</summary>
    public const string Mean = "mean";

    /// <summary>The encoder by a convolution over the last words (Kim 2014).</summary>
    public const string Cnn = "cnn";

    static readonly ImmutableArray<int> KimsWindows = [3, 4, 5];      // one array, so that default configurations are equal

    /// <summary>Columns of the embedding.</summary>
    public int Embedding { get; init; } = 128;

    /// <summary>Standard deviation of the initial embedding.</summary>
    public double EmbeddingDeviation { get; init; } = 0.3;

    /// <summary>File of pretrained word vectors (GloVe or word2vec text, or a folder with words.txt and vectors.f16); empty for none. Words without a vector keep random numbers.</summary>
    public string Vectors { get; init; } = "";

    /// <summary>Whether pretrained vectors, and the random ones of words without, are scaled to length 1.</summary>
    public bool UnitVectors { get; init; }

    /// <summary>Whether the embedding is left as it is at first.</summary>
    public bool FrozenEmbedding { get; init; }

    /// <summary>A cell of the catalogue, or lstm-libtorch or gru-libtorch (libtorch's own modules), cnn (the convolution of Kim 2014), or mean (mean of the embeddings).</summary>
    public string Cell { get; init; } = "sru";

    /// <summary>The cell's options by name, for example g = identity; those left out take the catalogue's defaults.</summary>
    public ImmutableSortedDictionary<string, string> CellOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Units of a layer and direction.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Layers of the encoder.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Whether each layer also reads the text backwards.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Dropout between layers.</summary>
    public double LayerDropout { get; init; }

    /// <summary>Dropout of the state's part of the output, one mask over all steps, not in the last layer (not of libtorch's modules).</summary>
    public double VariationalDropout { get; init; }

    /// <summary>Dropout of the input of a layer's products, one mask over all steps (not of libtorch's modules).</summary>
    public double InputDropout { get; init; }

    /// <summary>Probability that a unit keeps its state at a step, for cells with an option zoneout (qrnn, indrnn and those with a recurrent matrix), which is then yes.</summary>
    public double Zoneout { get; init; }

    /// <summary>Decay of the leaky unit's average a step.</summary>
    public double Decay { get; init; } = 0.9;

    /// <summary>Steps that a layer's products see, this one and those before it; above 1 it reads forward only (not of libtorch's modules).</summary>
    public int Window { get; init; } = 1;

    /// <summary>Rank of the input's projection; 0 has none (not of libtorch's modules).</summary>
    public int Projection { get; init; }

    /// <summary>Rank of the recurrent matrix, for cells that have one; 0 for a full one (not of libtorch's modules).</summary>
    public int RecurrentRank { get; init; }

    /// <summary>Columns that a layer's direction gives and hands back to its recurrent matrix, below hidden, for cells that have one; 0 for all of h (not of libtorch's modules).</summary>
    public int RecurrentProjection { get; init; }

    /// <summary>What each block of the recurrent matrix is held to be: free, or householder, spectral or cayley, for cells that have one (not of libtorch's modules).</summary>
    public RecurrentForm RecurrentForm { get; init; }

    /// <summary>Householder reflections of a product, for householder and spectral; at most hidden are taken.</summary>
    public int Reflections { get; init; } = new StackConfig().Reflections;

    /// <summary>How far the singular values of spectral may be from 1.</summary>
    public double SpectralBand { get; init; } = new StackConfig().SpectralBand;

    /// <summary>FastRNN's alpha: where it starts, or where it stays with the option rates = fixed.</summary>
    public double Alpha { get; init; } = new StackConfig().Alpha;

    /// <summary>FastRNN's beta, likewise.</summary>
    public double Beta { get; init; } = new StackConfig().Beta;

    /// <summary>FastGRNN's zeta, where it starts.</summary>
    public double Zeta { get; init; } = new StackConfig().Zeta;

    /// <summary>FastGRNN's nu, where it starts.</summary>
    public double Nu { get; init; } = new StackConfig().Nu;

    /// <summary>Initial bias of the LSTM's forget gate (not of libtorch's).</summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>Layer norm: none, before or after a layer, or of its products (not of libtorch's modules).</summary>
    public LayerNormPlace LayerNorm { get; init; } = LayerNormPlace.None;

    /// <summary>Whether the highway of every layer is a learned projection of its input (not of libtorch's modules).</summary>
    public bool ProjectHighway { get; init; }

    /// <summary>Initial bias of the highway's gate (not of libtorch's modules).</summary>
    public double HighwayBias { get; init; }

    /// <summary>Steps that the filters of cnn span, ascending.</summary>
    public ImmutableArray<int> Windows { get; init; } = KimsWindows;

    /// <summary>Filters of each window of cnn.</summary>
    public int Filters { get; init; } = 100;

    /// <summary>How a sequence becomes one row: last, max or mean.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Max;

    /// <summary>Dropout before the head.</summary>
    public double Dropout { get; init; }

    /// <summary>Checks all values and fills in the cell's options.</summary>
    /// <exception cref="TernException">A value is out of range or unknown.</exception>
    internal ModelConfig Resolve()
    {
        Size(Embedding, "embedding");
        TrainConfig.Check(EmbeddingDeviation is >= 0 and <= 100, "model.embedding_deviation", EmbeddingDeviation, "0 to 100");
        Size(Hidden, "hidden");
        TrainConfig.Check(Layers is >= 1 and <= 64, "model.layers", Layers, "1 to 64");
        TrainConfig.Check(Projection is >= 0 and <= 65536, "model.projection", Projection, "0 (none) to 65536");
        foreach ((string key, double share) in new[] { ("layer_dropout", LayerDropout), ("variational_dropout", VariationalDropout), ("input_dropout", InputDropout), ("zoneout", Zoneout), ("decay", Decay), ("spectral_band", SpectralBand), ("dropout", Dropout) })
            TrainConfig.Check(share is >= 0 and < 1, $"model.{key}", share, "0 to below 1");
        TrainConfig.Check(RecurrentRank >= 0 && RecurrentRank <= Hidden, "model.recurrent_rank", RecurrentRank, $"0 (a full matrix) to model.hidden, {Hidden}");
        foreach ((string key, double share) in new[] { ("alpha", Alpha), ("beta", Beta), ("zeta", Zeta), ("nu", Nu) })
            TrainConfig.Check(share is >= 0 and <= 1, $"model.{key}", share, "0 to 1");
        TrainConfig.Check(double.IsFinite(ForgetBias), "model.forget_bias", ForgetBias, "a finite number");
        TrainConfig.Check(Enum.IsDefined(RecurrentForm), "model.recurrent_form", RecurrentForm, "free, householder, spectral or cayley");
        TrainConfig.Check(Reflections is >= 1 and <= 65536, "model.reflections", Reflections, "1 to 65536");
        TrainConfig.Check(Window is >= 1 and <= 1024, "model.window", Window, "1 to 1024");
        TrainConfig.Check(Window == 1 || !Bidirectional, "model.window", Window, "1 where model.bidirectional is true: a window reads forward only");
        ConvolutionKeys.Check(this);
        if (Cell == Cnn)
            return this with { Layers = 1 };
        if (Cell is LstmLibtorch or GruLibtorch or Mean)
        {
            if (Window > 1 || Zoneout > 0 || VariationalDropout > 0 || InputDropout > 0 || Projection > 0 || RecurrentRank > 0 || RecurrentProjection > 0 || RecurrentForm != RecurrentForm.Free || LayerNorm != LayerNormPlace.None || ProjectHighway || CellOptions.Count > 0)
                throw new TernException($"model.cell is {Cell}, which takes no cell_options, window, zoneout, variational_dropout, input_dropout, projection, recurrent_rank, recurrent_projection, recurrent_form, layer_norm or project_highway; leave them out, or use a cell of the catalogue ({string.Join(", ", CellCatalogue.Names)}).");
            return Cell == Mean ? this with { Pooling = PoolingKind.Mean } : this;
        }
        if (!CellCatalogue.Names.Contains(Cell))
            throw new TernException(Nearest.Message("unknown cell", Cell, [.. CellCatalogue.Names, LstmLibtorch, GruLibtorch, Cnn, Mean]));
        bool canZoneOut = CellCatalogue.Describe(Cell).Options.Any(option => option.Name == "zoneout");
        CellVariant variant = CellCatalogue.Resolve(Cell, Zoneout > 0 && canZoneOut && !CellOptions.ContainsKey("zoneout") ? CellOptions.Add("zoneout", "yes") : CellOptions);
        TrainConfig.Check(Zoneout == 0 || CellCatalogue.Spec(variant).Zoneout, "model.zoneout", Zoneout, canZoneOut ? "0 where model.cell_options.zoneout is no" : $"0 with the cell {Cell}, which has none");
        TrainConfig.Check(RecurrentRank == 0 || CellCatalogue.Spec(variant).Recurrent.Length > 0, "model.recurrent_rank", RecurrentRank, $"0 with {variant}, which has no recurrent matrix");
        TrainConfig.Check(RecurrentForm == RecurrentForm.Free || CellCatalogue.Spec(variant).Recurrent.Length > 0, "model.recurrent_form", $"{RecurrentForm}".ToLowerInvariant(), $"free with {variant}, which has no recurrent matrix");
        TrainConfig.Check(RecurrentForm == RecurrentForm.Free || RecurrentRank + RecurrentProjection == 0, "model.recurrent_form", $"{RecurrentForm}".ToLowerInvariant(), "free where model.recurrent_rank or model.recurrent_projection is not 0");
        TrainConfig.Check(RecurrentProjection == 0 || CellCatalogue.Spec(variant).Recurrent.Length > 0, "model.recurrent_projection", RecurrentProjection, $"0 with {variant}, which has no recurrent matrix");
        TrainConfig.Check(RecurrentProjection == 0 || RecurrentRank == 0, "model.recurrent_projection", RecurrentProjection, "0 where model.recurrent_rank is not: the projection is the recurrent matrix's first factor");
        TrainConfig.Check(RecurrentProjection >= 0 && RecurrentProjection < Hidden, "model.recurrent_projection", RecurrentProjection, $"0 (none) to {Hidden - 1}, below model.hidden");
        return this with { CellOptions = variant.Options };
    }

    /// <summary>Whether the encoder is a stack of a cell of the catalogue, and not a baseline.</summary>
    internal static bool HasRecurrentStack(string cell) => cell is not (LstmLibtorch or GruLibtorch or Cnn or Mean);

    static void Size(int value, string key) => TrainConfig.Check(value is >= 1 and <= 65536, $"model.{key}", value, "1 to 65536");
}
