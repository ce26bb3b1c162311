using Tern.Cells;
using Tern.Model;
using Tern.Training.Weights.Orthogonal;

namespace Tern.Training.Layers;

/// <summary>A stack of recurrent layers; saved with a run, and builds the module.</summary>
public sealed record StackConfig
{
    /// <summary>The cell of every layer.</summary>
    public CellVariant Cell { get; init; } = CellCatalogue.Resolve("sru");

    /// <summary>Features of the first layer's input.</summary>
    public int Input { get; init; }

    /// <summary>Units a layer and direction.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Two directions; their outputs lie side by side.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Share of the outputs between layers that is set to 0, element by element.</summary>
    public double Dropout { get; init; }

    /// <summary>Share of the state's contribution to the output that is set to 0, one mask over all steps (the cell's mask; not in the last layer).</summary>
    public double VariationalDropout { get; init; }

    /// <summary>Share of the input of W that is set to 0, one mask over all steps (x' stays as it is).</summary>
    public double InputDropout { get; init; }

    /// <summary>Probability that a unit keeps its state at a step (cells with zoneout alone).</summary>
    public double Zoneout { get; init; }

    /// <summary>Decay of the leaky unit's average a step, 0 to 1.</summary>
    public double Decay { get; init; } = 0.9;

    /// <summary>Steps of the input that a layer's products see: this one and those before it. Above 1 a layer reads forward only.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Rank of the input weight, W = W_2 W_1; null, or not below a layer's input width and units, for a full matrix.</summary>
    public int? Projection { get; init; }

    /// <summary>Rank of the recurrent matrix, U = U_2 U_1 with U_1 shared by all blocks; null, or not below Hidden, for a full matrix.</summary>
    public int? RecurrentRank { get; init; }

    /// <summary>
    /// Columns that a direction gives and hands back to its recurrent matrix, P h in the place of h (Sak et al. 2014), below Hidden;
    /// null for h itself. The state that is carried stays h, before the projection.
    /// </summary>
    public int? RecurrentProjection { get; init; }

    /// <summary>What each block of the recurrent matrix is held to be: a free matrix, or orthogonal in one of several ways.</summary>
    public RecurrentForm RecurrentForm { get; init; }

    /// <summary>Householder reflections of a product, for <see cref="RecurrentForm.Householder"/> and <see cref="RecurrentForm.Spectral"/>; at most Hidden are taken.</summary>
    public int Reflections { get; init; } = 16;

    /// <summary>How far the singular values of <see cref="RecurrentForm.Spectral"/> may be from 1.</summary>
    public double SpectralBand { get; init; } = 0.01;

    /// <summary>FastRNN's alpha, what a step takes of its candidate: initial, or fixed (1 / (1 + e^3), the paper's initial value).</summary>
    public double Alpha { get; init; } = 0.04742587317756678;

    /// <summary>FastRNN's beta, what a step keeps of its past: initial, or fixed (1 / (1 + e^-3)).</summary>
    public double Beta { get; init; } = 0.9525741268224334;

    /// <summary>FastGRNN's initial zeta (1 / (1 + e^-1), the authors').</summary>
    public double Zeta { get; init; } = 0.7310585786300049;

    /// <summary>FastGRNN's initial nu (1 / (1 + e^4), the authors').</summary>
    public double Nu { get; init; } = 0.01798620996209156;

    /// <summary>Initial bias of an LSTM's forget gate (Jozefowicz et al. 2015: 1); null for random as the other biases, as PyTorch does.</summary>
    public double? ForgetBias { get; init; } = 1;

    /// <summary>Layer normalisation.</summary>
    public LayerNormPlace LayerNorm { get; init; }

    /// <summary>x' = W_h x in every layer, not only where the sizes differ.</summary>
    public bool ProjectHighway { get; init; }

    /// <summary>Initial bias of the highway (reset) gate; below 0 the layer at first passes its input on.</summary>
    public double HighwayBias { get; init; }

    /// <summary>Width of the output: units of both directions, or what they are projected to.</summary>
    public int Output => (RecurrentProjection ?? Hidden) * (Bidirectional ? 2 : 1);

    /// <summary>Units of both directions.</summary>
    internal int Units => Hidden * (Bidirectional ? 2 : 1);

    /// <summary>The recurrent rank of a layer; 0 for a full matrix, or none.</summary>
    internal int RecurrentRankOf() => RecurrentProjection ?? (CellCatalogue.Spec(Cell).Recurrent.Length > 0 && RecurrentRank < Hidden ? RecurrentRank.Value : 0);

    /// <exception cref="TernException">A value is out of its range.</exception>
    public void Check()
    {
        AtLeastOne(nameof(Input), Input);
        AtLeastOne(nameof(Hidden), Hidden);
        AtLeastOne(nameof(Layers), Layers);
        if (Projection is int rank)
        {
            AtLeastOne(nameof(Projection), rank);
            if (rank > Math.Max(Window * Input, Units)) throw new TernException($"Projection is {rank}, above the {Math.Max(Window * Input, Units)} of the widest input or output; use a rank below it, or none.");
        }
        if (RecurrentRank is int recurrentRank)
        {
            AtLeastOne(nameof(RecurrentRank), recurrentRank);
            if (recurrentRank > Hidden) throw new TernException($"RecurrentRank is {recurrentRank}, above the {Hidden} units of a layer; use 1 to {Hidden}.");
            if (CellCatalogue.Spec(Cell).Recurrent.Length == 0) throw new TernException($"RecurrentRank is {recurrentRank}, but {Cell} has no recurrent matrix; leave it out, or use a cell that has one.");
        }
        if (RecurrentProjection is int width)
        {
            if (width < 1 || width >= Hidden) throw new TernException($"RecurrentProjection is {width}; it must be at least 1 and below Hidden, {Hidden}, or null for none.");
            if (CellCatalogue.Spec(Cell).Recurrent.Length == 0) throw new TernException($"RecurrentProjection is {width}, but {Cell} has no recurrent matrix; leave it out, or use a cell that has one.");
            if (RecurrentRank is not null) throw new TernException($"RecurrentProjection is {width} and RecurrentRank {RecurrentRank}; the projection is U's first factor: use one of the two.");
        }
        AtLeastOne(nameof(Reflections), Reflections);
        Share(nameof(SpectralBand), SpectralBand);
        if (!Enum.IsDefined(RecurrentForm)) throw new TernException($"RecurrentForm is {(int)RecurrentForm}; it must be Free, Householder, Spectral or Cayley.");
        if (RecurrentForm != RecurrentForm.Free && CellCatalogue.Spec(Cell).Recurrent.Length == 0)
            throw new TernException($"RecurrentForm is {RecurrentForm}, but {Cell} has no recurrent matrix; leave it out, or use a cell that has one.");
        if (RecurrentForm != RecurrentForm.Free && (RecurrentRank ?? RecurrentProjection) is { } factor)
            throw new TernException($"RecurrentForm is {RecurrentForm}, but the recurrent matrix is of rank {factor}; leave out RecurrentRank and RecurrentProjection, or use Free.");
        foreach (var (name, value) in ((string, double)[])[(nameof(Alpha), Alpha), (nameof(Beta), Beta), (nameof(Zeta), Zeta), (nameof(Nu), Nu)])
            if (!(value is >= 0 and <= 1)) throw new TernException($"{name} is {value}; it must be at least 0 and at most 1.");
        if (ForgetBias is { } bias && !double.IsFinite(bias)) throw new TernException($"ForgetBias is {bias}; it must be a finite number.");
        Share(nameof(Dropout), Dropout);
        Share(nameof(VariationalDropout), VariationalDropout);
        Share(nameof(InputDropout), InputDropout);
        Share(nameof(Zoneout), Zoneout);
        if (Zoneout > 0 && !CellCatalogue.Spec(Cell).Zoneout) throw new TernException($"Zoneout is {Zoneout}, but {Cell} has none; set its option zoneout to yes, or Zoneout to 0.");
        if (LayerNorm == LayerNormPlace.Recurrent && !RecurrentSpec.NormalisesRecurrent(CellCatalogue.Spec(Cell)))
            throw new TernException($"LayerNorm is Recurrent, but {Cell} has no products U h of all of its blocks; use Products, or a cell that has them.");
        Share(nameof(Decay), Decay);
        AtLeastOne(nameof(Window), Window);
        if (Window > 1 && Bidirectional) throw new TernException($"Window is {Window} and Bidirectional is true; a window reads forward only: use one of the two.");
    }

    static void AtLeastOne(string name, int value)
    {
        if (value < 1) throw new TernException($"{name} is {value}; it must be at least 1.");
    }

    static void Share(string name, double value)
    {
        if (!(value is >= 0 and < 1)) throw new TernException($"{name} is {value}; it must be at least 0 and below 1.");
    }
}
