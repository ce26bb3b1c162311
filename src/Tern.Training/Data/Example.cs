using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tern.Features;

namespace Tern.Training.Data;

/// <summary>A labelled example, as readers give it: a text or a series.</summary>
/// <param name="Label">The class.</param>
public abstract record Example(string Label)
{
    readonly IReadOnlyList<string>? labels; // null for the one label, so that equal examples are equal

    /// <summary>All classes of the example, in the order of the file; several, or none, in multi-label data only.</summary>
    public IReadOnlyList<string> Labels { get => labels ?? [Label]; init => labels = value; }

    /// <summary>Who or what the example comes from (speaker, subject): a split by group keeps a group together. Empty where unknown.</summary>
    public string Group { get; init; } = "";

    /// <summary>Where it stands in a file, for errors.</summary>
    public ExampleOrigin Origin { get; init; }

    /// <summary>Adds the example to a fingerprint.</summary>
    internal void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{string.Join('|', Labels)}\t{Group}\t"));
        AppendContent(hash);
        hash.AppendData("\n"u8);
    }

    private protected abstract void AppendContent(IncrementalHash hash);
}

/// <summary>A text and the name of its class.</summary>
/// <param name="Text">The text as read.</param>
/// <param name="Label">The class.</param>
public sealed record TextExample(string Text, string Label) : Example(Label)
{
    private protected override void AppendContent(IncrementalHash hash) => hash.AppendData(Encoding.UTF8.GetBytes(Text));
}

/// <summary>A series of numbers and the name of its class.</summary>
/// <param name="Values">[steps, channels], row-major; not normalised.</param>
/// <param name="Channels">Numbers of a step.</param>
/// <param name="Label">The class.</param>
public sealed record SeriesExample(float[] Values, int Channels, string Label) : Example(Label)
{
    /// <summary>Samples a second, where the values are samples of sound; 0 otherwise.</summary>
    public int SampleRate { get; init; }

    /// <summary>Length of the series.</summary>
    public int Steps => Values.Length / Channels;

    /// <summary>The values, where they are what a model's features are made of.</summary>
    /// <exception cref="TernException">The channels or the sample rate are others.</exception>
    public float[] ValuesFor(SeriesFeatures features)
    {
        if (features.LogMel is { } mel && SampleRate != mel.SampleRate)
            throw new TernException(Origin.Prefix + (SampleRate == 0 ? "the model reads sound; it got numbers that are no sound. Give wav files." : $"sound of {SampleRate} samples a second; the model reads {mel.SampleRate}. Set data.series.sample_rate."));
        return Channels == features.InputChannels
            ? Values
            : throw new TernException($"{Origin.Prefix}a series has {Channels} channels; the model reads {features.InputChannels}. Choose the same columns and frames as in training.");
    }

    private protected override void AppendContent(IncrementalHash hash)
    {
        hash.AppendData(BitConverter.GetBytes(Channels));
        hash.AppendData(MemoryMarshal.AsBytes(Values.AsSpan()));
    }
}

/// <summary>Where an example stands. All origins are equal: examples are compared by what they say.</summary>
/// <param name="file">The file, or null where the example is of no file.</param>
/// <param name="line">The line, from 1; 0 where the file has none.</param>
public readonly struct ExampleOrigin(string? file, long line = 0) : IEquatable<ExampleOrigin>
{
    /// <summary>"FILE:LINE: " before an error, or nothing where the example is of no file.</summary>
    public string Prefix => file is null ? "" : line > 0 ? $"{file}:{line}: " : $"{file}: ";

    /// <inheritdoc/>
    public bool Equals(ExampleOrigin other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ExampleOrigin;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>What a file or folder holds; a part is null where the layout has no such part, and is held out of the training part then.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">To choose the best epoch by.</param>
/// <param name="Test">To test on.</param>
public sealed record DataParts(IReadOnlyList<Example> Train, IReadOnlyList<Example>? Validation = null, IReadOnlyList<Example>? Test = null);
