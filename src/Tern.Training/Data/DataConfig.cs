using System.Text.Json.Serialization;
using Tern.Features;

namespace Tern.Training.Data;

/// <summary>Which texts a model is trained on and how they are read and cut into tokens.</summary>
public sealed record DataConfig
{
    /// <summary>
    /// The training texts: a file (also below the folder named by TERN_DATA), or the name of a data set that Tern makes:
    /// <c>reference-documentation</c> (<see cref="ReferenceDocumentation"/>).
    /// </summary>
    public string Train { get; init; } = "";

    /// <summary>File of the validation texts; where empty, a share of the training texts is held out.</summary>
    public string Validation { get; init; } = "";

    /// <summary>File of the test texts; where empty, a share of the training texts is held out.</summary>
    public string Test { get; init; } = "";

    /// <summary>Share of the training texts held out for validation where there is no file, 0 to 1.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of the training texts held out for the test where there is no file, 0 to 1.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Seed of what is held out; not the seed of the run, so that runs with several seeds share one test set.</summary>
    public long SplitSeed { get; init; } = 1;

    /// <summary>Layout of the files; auto looks at the content.</summary>
    public TextFormat Format { get; init; } = TextFormat.Auto;

    /// <summary>Encoding of the files.</summary>
    public TextEncoding Encoding { get; init; } = TextEncoding.Utf8;

    /// <summary>What a text is cut into.</summary>
    public TokenUnit Unit { get; init; } = TokenUnit.Words;

    /// <summary>Whether texts are lower-cased.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Tokens kept of a text.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Tokens rarer than this in the training texts become unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>Checks values, and makes the names of files whole, so that a saved configuration works in any folder.</summary>
    /// <exception cref="TernException">A value is out of range.</exception>
    internal DataConfig Resolve()
    {
        TrainConfig.Check(MaxLength is >= 1 and <= 100_000, "data.max_length", MaxLength, "1 to 100000");
        TrainConfig.Check(MinCount >= 1, "data.min_count", MinCount, "1 or more");
        TrainConfig.Check(ValidationShare is >= 0 and < 1, "data.validation_share", ValidationShare, "0 to below 1, for example 0.1");
        TrainConfig.Check(TestShare is >= 0 and < 1, "data.test_share", TestShare, "0 to below 1, for example 0.1");
        return this with { Train = Whole(Train), Validation = Whole(Validation), Test = Whole(Test) };

        static string Whole(string path) => File.Exists(path) ? Path.GetFullPath(path) : path;
    }
}

/// <summary>Layout of a file of labelled texts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextFormat>))]
public enum TextFormat
{
    /// <summary>By content: CSV where the first line names columns, fastText where it starts with <c>__label__</c>, else lines.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary><c>label token token ...</c>, one example a line.</summary>
    [JsonStringEnumMemberName("lines")]
    Lines,

    /// <summary><c>__label__NAME token token ...</c>, one example a line (fastText).</summary>
    [JsonStringEnumMemberName("fasttext")]
    FastText,

    /// <summary>CSV (RFC 4180) whose header names the columns <c>text</c> and <c>label</c>.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,
}

/// <summary>Encoding of a text file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextEncoding>))]
public enum TextEncoding
{
    /// <summary>UTF-8; other bytes are an error that names the line.</summary>
    [JsonStringEnumMemberName("utf8")]
    Utf8,

    /// <summary>ISO 8859-1: each byte is a character.</summary>
    [JsonStringEnumMemberName("latin1")]
    Latin1,
}
