using System.Collections.Immutable;
using Tern.Features;

namespace Tern.Training.Data;

/// <summary>Which data a model is trained on, how it is read, split and cut into steps.</summary>
public sealed record DataConfig
{
    /// <summary>
    /// The training data: a file or folder (also below the folder named by TERN_DATA), or the name of a data set that Tern
    /// makes: <c>reference-documentation</c> (<see cref="ReferenceDocumentation"/>).
    /// </summary>
    public string Train { get; init; } = "";

    /// <summary>Validation data; where empty, the validation part that the training data names, or a share held out of it.</summary>
    public string Validation { get; init; } = "";

    /// <summary>Test data; where empty, the test part that the training data names, or a share held out of it.</summary>
    public string Test { get; init; } = "";

    /// <summary>Share of the training examples held out for validation, 0 to 1.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of the training examples held out for the test, 0 to 1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Seed of what is held out; not the seed of the run, so that runs with several seeds share one test set.</summary>
    public long SplitSeed { get; init; } = 1;

    /// <summary>Number of folds of a cross validation; the fold number <see cref="Fold"/> is the test part. 0 for none.</summary>
    public int Folds { get; init; }

    /// <summary>Which fold is tested on, 1 to <see cref="Folds"/>.</summary>
    public int Fold { get; init; } = 1;

    /// <summary>Whether what is held out, and folds, are made of whole groups (speakers, subjects).</summary>
    public bool SplitByGroup { get; init; }

    /// <summary>Layout; auto looks at name and content.</summary>
    public DataFormat Format { get; init; } = DataFormat.Auto;

    /// <summary>Encoding of text files.</summary>
    public TextEncoding Encoding { get; init; } = TextEncoding.Utf8;

    /// <summary>Names of columns, where the layout has them.</summary>
    public ColumnsConfig Columns { get; init; } = new();

    /// <summary>Whether an example may have several classes, or none (fastText lines, or labels with <c>|</c> between them in a column).</summary>
    public bool MultiLabel { get; init; }

    /// <summary>Rules that a text is cleaned by.</summary>
    public TextCleaning Clean { get; init; } = TextCleaning.None;

    /// <summary>What a text is cut into.</summary>
    public TokenUnit Unit { get; init; } = TokenUnit.Words;

    /// <summary>Whether texts are lower-cased.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Steps kept of an example: tokens of a text; 0 keeps all steps of a series, 512 tokens of a text.</summary>
    public int MaxLength { get; init; }

    /// <summary>Tokens rarer than this in the training texts become unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>How series are cut into steps.</summary>
    public SeriesConfig Series { get; init; } = new();

    /// <summary>Other data, read in the same way: with the parts that it names itself, and in whatever layout it is.</summary>
    /// <param name="train">The data, as <see cref="Train"/>.</param>
    public DataConfig Of(string train) => this with { Train = train, Validation = "", Test = "", Format = DataFormat.Auto };

    /// <summary>Tokens kept of a text.</summary>
    internal int TextLength => MaxLength == 0 ? 512 : MaxLength;

    /// <summary>Checks values, fills in what a known data set says, and makes the names of files whole, so that a saved configuration works in any folder.</summary>
    /// <exception cref="TernException">A value is out of range, or a data set is not on this machine.</exception>
    internal DataConfig Resolve()
    {
        TrainConfig.Check(MaxLength is >= 0 and <= 1_000_000, "data.max_length", MaxLength, "0 (all of a series, 512 tokens of a text) to 1000000");
        TrainConfig.Check(MinCount >= 1, "data.min_count", MinCount, "1 or more");
        TrainConfig.Check(ValidationShare is >= 0 and < 1, "data.validation_share", ValidationShare, "0 to below 1, for example 0.1");
        TrainConfig.Check(TestShare is >= 0 and < 1, "data.test_share", TestShare, "0 to below 1, for example 0.1");
        TrainConfig.Check(Folds is 0 or (>= 2 and <= 1000), "data.folds", Folds, "0 (none) or 2 to 1000");
        TrainConfig.Check(Folds == 0 || (Fold >= 1 && Fold <= Folds), "data.fold", Fold, $"1 to {Folds}");
        Series.Check();
        DataConfig whole = KnownDatasets.Apply(this);
        return whole with { Train = Whole(whole.Train), Validation = Whole(whole.Validation), Test = Whole(whole.Test), Series = whole.Series with { Augment = whole.Series.Augment with { NoiseFrom = Whole(whole.Series.Augment.NoiseFrom) } } };

        static string Whole(string path) => File.Exists(path) || Directory.Exists(path) ? Path.GetFullPath(path) : path;
    }
}

/// <summary>Names of columns or JSON fields.</summary>
public sealed record ColumnsConfig
{
    /// <summary>Column of the text.</summary>
    public string Text { get; init; } = "text";

    /// <summary>Column of the class.</summary>
    public string Label { get; init; } = "label";

    /// <summary>Column of the group (speaker, subject); empty for none.</summary>
    public string Group { get; init; } = "";

    /// <summary>Columns of the channels of a numeric file; empty for all numeric columns but label and group.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];
}

/// <summary>How series are made of what a file holds.</summary>
public sealed record SeriesConfig
{
    /// <summary>Steps of a window that long recordings are cut into; 0 takes a recording whole.</summary>
    public int Window { get; init; }

    /// <summary>Steps from one window to the next; 0 for windows that do not overlap.</summary>
    public int Stride { get; init; }

    /// <summary>What a step of an image is.</summary>
    public ImageScan Scan { get; init; } = ImageScan.Rows;

    /// <summary>Pixels of a step where images are scanned by blocks.</summary>
    public int Block { get; init; } = 1;

    /// <summary>Seed of a fixed permutation of the pixels of every image, before they are cut into steps; 0 for none.</summary>
    public long Permutation { get; init; }

    /// <summary>Samples a second that sound is resampled to; 0 takes it as it is, and refuses files of different rates.</summary>
    public int SampleRate { get; init; }

    /// <summary>What a step of sound is.</summary>
    public SoundFeatures Features { get; init; } = SoundFeatures.Raw;

    /// <summary>How sound becomes log-mel frames, where <see cref="Features"/> says so.</summary>
    public MelConfig Mel { get; init; } = new();

    /// <summary>How training clips of sound are changed.</summary>
    public AugmentConfig Augment { get; init; } = new();

    /// <summary>Samples of a step of raw sound; the last step is filled up with 0.</summary>
    public int Frame { get; init; } = 1;

    /// <summary>
    /// Regular expression on the names of wav files, with the groups <c>label</c>, <c>group</c> and <c>test</c> where the
    /// name says them; a file on whose name <c>test</c> matches belongs to the test part. Empty: the folder is the label.
    /// </summary>
    public string FileName { get; init; } = "";

    /// <summary>Whether each channel is shifted and scaled to mean 0 and deviation 1 over the training part; stored in the model.</summary>
    public bool Normalise { get; init; } = true;

    /// <summary>How sound of a sample rate becomes frames; null where steps are raw.</summary>
    /// <param name="sampleRate">Samples a second; 0 where the data is no sound.</param>
    /// <exception cref="TernException">The data is no sound, or the options do not fit its sample rate.</exception>
    public LogMelOptions? LogMel(int sampleRate) => Features == SoundFeatures.Raw ? null
        : sampleRate > 0 ? Mel.Options(sampleRate)
        : throw new TernException("data.series.features is logmel, and the data is not read from wav files; leave it at raw.");

    internal void Check()
    {
        TrainConfig.Check(Window is >= 0 and <= 1_000_000, "data.series.window", Window, "0 (whole recordings) to 1000000");
        TrainConfig.Check(Stride is >= 0 and <= 1_000_000, "data.series.stride", Stride, "0 (no overlap) to 1000000");
        TrainConfig.Check(Block is >= 1 and <= 65536, "data.series.block", Block, "1 to 65536");
        TrainConfig.Check(SampleRate is 0 or (>= 1000 and <= 384_000), "data.series.sample_rate", SampleRate, "0 (as in the files) or 1000 to 384000");
        TrainConfig.Check(Frame is >= 1 and <= 65536, "data.series.frame", Frame, "1 to 65536");
        TrainConfig.Check(Features == SoundFeatures.Raw || Frame == 1, "data.series.frame", Frame, "1 with data.series.features=logmel, whose frames data.series.mel.frame_ms sets");
        if (Features == SoundFeatures.LogMel)
            Mel.Check();
        Augment.Check();
    }
}
