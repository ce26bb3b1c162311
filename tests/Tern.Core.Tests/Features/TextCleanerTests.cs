using Tern.Features;
using Xunit;

namespace Tern.Core.Tests.Features;

public sealed class TextCleanerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t\n ", "")]
    [InlineData("It's  GOOD - isn't it?", "It 's GOOD is n't it ?")]
    [InlineData("they've, we're; I'd (you'll)!", "they 've , we 're I 'd ( you 'll ) !")]
    [InlineData("caf\u00e9 \ud83d\ude00 na\u00efve", "caf na ve")]
    [InlineData("`quoted` 'words'", "`quoted` 'words'")]
    [InlineData("n't's", "n't 's")]
    [InlineData("what??", "what ? ?")]
    public void Kim_separates_clitics_and_punctuation(string text, string expected) => Assert.Equal(expected, TextCleaner.Clean(text, TextCleaning.Kim));

    [Theory]
    [InlineData("It's  GOOD - isn't it?", "It's GOOD isn't it?")]
    [InlineData("a \u2013 b, c!", "a b, c!")]
    public void Kim_for_SST_replaces_other_characters_only(string text, string expected) => Assert.Equal(expected, TextCleaner.Clean(text, TextCleaning.KimSst));

    [Fact]
    public void None_changes_nothing() => Assert.Equal("  \u00e9 it's ", TextCleaner.Clean("  \u00e9 it's ", TextCleaning.None));

    [Fact]
    public void Cleaning_is_linear()
    {
        string text = new('\'', 2_000_000);
        Assert.Equal(text, TextCleaner.Clean(text, TextCleaning.Kim));
        Assert.Equal("", TextCleaner.Clean(new string('\u00e9', 2_000_000), TextCleaning.Kim));
    }
}
