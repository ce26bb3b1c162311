using System.Globalization;
using System.Text;

namespace Tern.Features;

/// <summary>Walks the tokens of a text without allocating: <c>foreach (ReadOnlySpan&lt;char&gt; token in new Tokens(text, unit))</c>. Half a surrogate pair reads as U+FFFD.</summary>
/// <param name="text">The text, lower-cased already if that is wanted.</param>
/// <param name="unit">What is a token.</param>
public ref struct Tokens(ReadOnlySpan<char> text, TokenUnit unit)
{
    ReadOnlySpan<char> rest = text;

    /// <summary>The present token.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>For foreach.</summary>
    public readonly Tokens GetEnumerator() => this;

    /// <summary>Goes to the next token; false at the end.</summary>
    public bool MoveNext()
    {
        if (unit != TokenUnit.Characters)
            rest = rest.TrimStart();
        if (rest.IsEmpty)
            return false;
        bool valid = Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
        if (valid && unit == TokenUnit.Spaces)
            length = SpacedLength(rest);
        else if (unit == TokenUnit.Words && IsWord(rune))
            length = WordLength(rest);
        Current = valid ? rest[..length] : "\uFFFD";
        rest = rest[length..];
        return true;
    }

    static int SpacedLength(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && Rune.DecodeFromUtf16(text[end..], out Rune rune, out int length) == System.Buffers.OperationStatus.Done && !Rune.IsWhiteSpace(rune))
            end += length;
        return end;
    }

    static int WordLength(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text[end..], out Rune rune, out int length);
            bool apostrophe = end > 0 && rune.Value is '\'' or '\u2019' && StartsWord(text[(end + length)..]);
            if (!apostrophe && !IsWord(rune))
                break;
            end += length;
        }
        return end;
    }

    static bool StartsWord(ReadOnlySpan<char> text) => !text.IsEmpty && Rune.DecodeFromUtf16(text, out Rune rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
