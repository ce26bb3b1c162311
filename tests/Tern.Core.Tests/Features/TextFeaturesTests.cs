using Tern.Features;
using Xunit;

namespace Tern.Core.Tests.Features;

public sealed class TextFeaturesTests
{
    [Fact]
    public void Ids_fall_with_count_and_ties_are_ordinal()
    {
        TextFeatures features = TextFeatures.Fit(["b b a", "c B a Z"], TokenUnit.Words, lowerCase: false);
        Assert.Equal(["a", "b", "B", "Z", "c"], features.Vocabulary.Tokens);
        Assert.Equal(7, features.Vocabulary.Count);
        Assert.Equal([3, 2, Vocabulary.Unknown], features.Encode("b a new"));
    }

    [Fact]
    public void Rare_tokens_become_unknown()
    {
        TextFeatures features = TextFeatures.Fit(["a a b", "a c b"], TokenUnit.Words, minCount: 2);
        Assert.Equal(["a", "b"], features.Vocabulary.Tokens);
        Assert.Equal([2, 3, 1], features.Encode("a b c"));
    }

    [Fact]
    public void Lower_casing_is_the_same_in_training_and_serving_and_in_any_culture()
    {
        TextFeatures features = TextFeatures.Fit(["TITLE"], TokenUnit.Characters);
        Assert.Equal(["t", "e", "i", "l"], features.Vocabulary.Tokens);
        Assert.Equal(features.Encode("title"), features.Encode("TITLE"));
        Assert.Equal([1, 1], (features with { LowerCase = false }).Encode("TI"));
    }

    [Fact]
    public void Cleaning_is_the_same_in_training_and_serving()
    {
        TextFeatures features = TextFeatures.Fit(["fine\u2014film(s)"], TokenUnit.Words, clean: TextCleaning.Kim);
        Assert.Equal(["(", ")", "film", "fine", "s"], features.Vocabulary.Tokens);
        Assert.Equal(features.Encode("fine film ( s )"), features.Encode("FINE\u2014film(s)"));
        Assert.Equal(features.Encode("fine film"), features.Encode("fine \u2014 film"));
        Assert.Contains(Vocabulary.Unknown, (features with { Clean = TextCleaning.None }).Encode("fine \u2014 film"));
    }

    [Fact]
    public void A_text_that_cleaning_makes_longer_is_encoded_whole()
    {
        TextFeatures features = TextFeatures.Fit([",a,b,"], TokenUnit.Characters, clean: TextCleaning.Kim);
        Assert.Equal(", a , b ,".Length, features.Encode(",a,b,").Length);
    }

    [Fact]
    public void Long_texts_are_cut_and_what_is_cut_does_not_count()
    {
        TextFeatures features = TextFeatures.Fit(["aaab"], TokenUnit.Characters, maxLength: 3);
        Assert.Equal(["a"], features.Vocabulary.Tokens);
        Assert.Equal([2, 2, 2], features.Encode("aaaaaa"));
        Assert.Equal([2, 1], features.Encode("ab"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void A_text_without_tokens_is_one_unknown_token(string text) =>
        Assert.Equal([Vocabulary.Unknown], TextFeatures.Fit(["a"], TokenUnit.Words).Encode(text));

    [Fact]
    public void A_maximum_length_below_one_is_an_error() =>
        Assert.Contains("Maximum length 0", Assert.Throws<TernException>(() => TextFeatures.Fit(["a"], TokenUnit.Words, maxLength: 0)).Message);

    [Fact]
    public void A_repeated_token_is_an_error() =>
        Assert.Contains("Token 3 of a vocabulary ('a')", Assert.Throws<TernException>(() => new Vocabulary(["a", "a"])).Message);
}
