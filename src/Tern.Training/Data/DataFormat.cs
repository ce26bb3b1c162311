using System.Text.Json.Serialization;

namespace Tern.Training.Data;

/// <summary>Layout of a data file or folder.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataFormat>))]
public enum DataFormat
{
    /// <summary>By name and content.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary><c>label token token ...</c>, one text a line.</summary>
    [JsonStringEnumMemberName("lines")]
    Lines,

    /// <summary><c>__label__NAME token token ...</c>, one text a line, one label or several (fastText).</summary>
    [JsonStringEnumMemberName("fasttext")]
    FastText,

    /// <summary>Comma-separated texts (RFC 4180) with named columns.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>Tab-separated texts with named columns.</summary>
    [JsonStringEnumMemberName("tsv")]
    Tsv,

    /// <summary>A JSON object a line, texts by named fields.</summary>
    [JsonStringEnumMemberName("jsonl")]
    JsonLines,

    /// <summary>Apache Parquet, texts by named columns.</summary>
    [JsonStringEnumMemberName("parquet")]
    Parquet,

    /// <summary>Series in comma-separated numbers: a file with channel columns and a label column, or a folder of files a class.</summary>
    [JsonStringEnumMemberName("numeric-csv")]
    NumericCsv,

    /// <summary>Series in the .ts layout of the UCR/UEA archive, or a folder with NAME_TRAIN.ts and NAME_TEST.ts.</summary>
    [JsonStringEnumMemberName("ts")]
    Ts,

    /// <summary>A folder in the layout of UCI HAR: a file a channel and part, a window a line, and y_train.txt, y_test.txt.</summary>
    [JsonStringEnumMemberName("uci-har")]
    UciHar,

    /// <summary>Images and labels in IDX (MNIST): a folder with train-* and t10k-* files, or one images file beside its labels.</summary>
    [JsonStringEnumMemberName("idx")]
    Idx,

    /// <summary>A folder or zip of wav files, labelled by folder or by file name.</summary>
    [JsonStringEnumMemberName("wav")]
    Wav,
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

/// <summary>What a step of an image is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageScan>))]
public enum ImageScan
{
    /// <summary>A row of pixels.</summary>
    [JsonStringEnumMemberName("rows")]
    Rows,

    /// <summary>As many pixels, in reading order, as <see cref="SeriesConfig.Block"/> says; the last step is filled up with 0.</summary>
    [JsonStringEnumMemberName("blocks")]
    Blocks,
}
