using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>How a text becomes token ids: the same record trains and serves, and is saved in the model file.</summary>
public sealed record TextFeatures
{
    /// <summary>What a text is cut into.</summary>
    [JsonRequired]
    public TokenUnit Unit { get; init; } = TokenUnit.Words;

    /// <summary>Rules that the text is cleaned by first.</summary>
    [JsonRequired]
    public TextCleaning Clean { get; init; } = TextCleaning.None;

    /// <summary>Whether the text is lower-cased then (invariant culture).</summary>
    [JsonRequired]
    public bool LowerCase { get; init; } = true;

    /// <summary>Tokens kept of a text; the rest is cut off.</summary>
    [JsonRequired]
    public int MaxLength { get; init; } = 512;

    /// <summary>Tokens rarer than this in the training texts were left out of the vocabulary.</summary>
    [JsonRequired]
    public int MinCount { get; init; } = 1;

    /// <summary>Tokens and ids.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>Makes the vocabulary of training texts; only the tokens that <see cref="Encode"/> would keep count.</summary>
    /// <param name="texts">The training texts.</param>
    /// <param name="unit">What a text is cut into.</param>
    /// <param name="lowerCase">Whether texts are lower-cased first.</param>
    /// <param name="maxLength">Tokens kept of a text, at least 1.</param>
    /// <param name="minCount">Rarer tokens become unknown.</param>
    /// <param name="clean">Rules that texts are cleaned by, before they are lower-cased.</param>
    /// <exception cref="TernException">The maximum length is below 1.</exception>
    public static TextFeatures Fit(IEnumerable<string> texts, TokenUnit unit, bool lowerCase = true, int maxLength = 512, int minCount = 1,
        TextCleaning clean = TextCleaning.None)
    {
        if (maxLength < 1)
            throw new TernException($"Maximum length {maxLength} of a text is below 1; use 1 or more.");
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in texts)
        {
            int kept = 0;
            foreach (ReadOnlySpan<char> token in new Tokens(Prepare(text, clean, lowerCase), unit))
            {
                if (kept++ == maxLength)
                    break;
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, token, out _)++;
            }
        }
        return new()
        {
            Unit = unit,
            Clean = clean,
            LowerCase = lowerCase,
            MaxLength = maxLength,
            MinCount = minCount,
            Vocabulary = Vocabulary.FromCounts(counts, minCount),
        };
    }

    /// <summary>The token ids of a text: 1 to <see cref="MaxLength"/> of them. A text without tokens gives one unknown token, so that no sequence is empty.</summary>
    public int[] Encode(string text)
    {
        text = Prepare(text, Clean, LowerCase);
        int[] ids = new int[Math.Clamp(text.Length, 1, MaxLength)];
        int count = 0;
        foreach (ReadOnlySpan<char> token in new Tokens(text, Unit))
        {
            ids[count++] = Vocabulary.Id(token);
            if (count == ids.Length)
                return ids;
        }
        if (count == 0)
            ids[count++] = Vocabulary.Unknown;
        Array.Resize(ref ids, count);
        return ids;
    }

    static string Prepare(string text, TextCleaning clean, bool lowerCase)
    {
        text = TextCleaner.Clean(text, clean);
        return lowerCase ? text.ToLowerInvariant() : text;
    }

    /// <summary>Checks what a file may have wrong.</summary>
    internal void Check()
    {
        if (MaxLength < 1)
            throw new TernException($"has text features with max_length {MaxLength}; expected 1 or more. Train the model again.");
        if (Unit is not (TokenUnit.Words or TokenUnit.Characters))
            throw new TernException($"has text features with unit {(int)Unit}; expected words or characters. Train the model again.");
        if (Clean is not (TextCleaning.None or TextCleaning.Kim or TextCleaning.KimSst))
            throw new TernException($"has text features with clean {(int)Clean}; expected none, kim or kim-sst. Train the model again.");
    }
}
