using Tern.Features;
using Xunit;

namespace Tern.Core.Tests.Features;

public sealed class TokensTests
{
    [Theory]
    [InlineData("Gets the value.", "Gets|the|value|.")]
    [InlineData("  a\tb\n", "a|b")]
    [InlineData("don't (x_1)!?", "don't|(|x_1|)|!|?")]
    [InlineData("'tis dogs' n't", "'|tis|dogs|'|n't")]
    [InlineData("caf\u0301e 3.5", "caf\u0301e|3|.|5")]
    [InlineData("\u4f60\u597d\uff0c", "\u4f60\u597d|\uff0c")]
    [InlineData("", "")]
    [InlineData(" \u3000 ", "")]
    public void Words_are_runs_of_letters_and_digits(string text, string expected) => Assert.Equal(expected, Split(text, TokenUnit.Words));

    [Theory]
    [InlineData("a b", "a| |b")]
    [InlineData("x\U0001F600y", "x|\U0001F600|y")]
    public void Characters_are_runes(string text, string expected) => Assert.Equal(expected, Split(text, TokenUnit.Characters));

    [Theory]
    [InlineData("did n't  he 's , well-known .\n", "did|n't|he|'s|,|well-known|.")]
    [InlineData("\u4f60\u597d\u3000x\U0001F600", "\u4f60\u597d|x\U0001F600")]
    [InlineData(" \u3000 ", "")]
    public void Spaces_alone_cut_a_text_that_is_cut_already(string text, string expected) => Assert.Equal(expected, Split(text, TokenUnit.Spaces));

    [Theory]
    [InlineData(TokenUnit.Words)]
    [InlineData(TokenUnit.Spaces)]
    [InlineData(TokenUnit.Characters)]
    public void Half_a_surrogate_pair_is_the_replacement_character(TokenUnit unit)
    {
        Assert.Equal("a|\uFFFD|b", Split("a" + (char)0xD83D + "b", unit));
        Assert.Equal("\uFFFD|\uFFFD", Split(new string((char)0xDE00, 1) + (char)0xD83D, unit));
    }

    static string Split(string text, TokenUnit unit)
    {
        List<string> tokens = [];
        foreach (ReadOnlySpan<char> token in new Tokens(text, unit))
            tokens.Add(token.ToString());
        return string.Join('|', tokens);
    }
}
