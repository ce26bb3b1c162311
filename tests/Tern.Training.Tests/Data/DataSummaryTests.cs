using Tern.Features;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class DataSummaryTests
{
    [Fact]
    public void CountsByPartAndClassAndWarns()
    {
        TextExample[] train = [new("a b c", "x"), new("it's", "x"), new("", "y"), new("d e", "y"), new("one two three four", "x")];
        DataSummary summary = DataSummary.Of(new(train, null, [new TextExample("d e", "y"), new TextExample("new", "z")]), new() { MaxLength = 3 });
        Assert.Equal(["train", "test"], summary.Parts.Select(part => part.Part));
        PartSummary first = summary.Parts[0];
        Assert.Equal((5, 0, 2, 4), (first.Examples, first.MinLength, first.MedianLength, first.MaxLength));
        Assert.Equal([("x", 3), ("y", 2)], first.Classes.Select(c => (c.Key, c.Value)));
        Assert.Equal(["x", "y", "z"], summary.Labels);
        foreach (string expected in (string[])["1 of 2 test examples are also in train", "1 train examples are empty", "1 train examples are longer than 3", "2 classes have fewer than 10 training examples: y (2), x (3)", "classes of test that train does not have: z"])
            Assert.Single(summary.Warnings, warning => warning.Contains(expected, StringComparison.Ordinal));
        Assert.Equal(5, summary.Warnings.Count);
        Assert.Contains("1 classes have fewer examples than data.folds=3, so some folds test none of them: y (2)", DataSummary.Of(new(train), new() { Folds = 3 }).Warnings);
        Assert.Equal(3, DataSummary.Of(new(train), new() { Clean = TextCleaning.Kim, Unit = TokenUnit.Words }).Parts[0].MedianLength);
    }

    [Fact]
    public void SeriesAreCountedInSteps()
    {
        DataSummary summary = DataSummary.Of(new([new SeriesExample([1, 2, 3, 4, 5, 6], 2, "a"), new SeriesExample([1, 2], 2, "b")], [new SeriesExample([1, 2], 2, "b")]), new());
        Assert.Equal((false, 2), (summary.IsText, summary.Channels));
        Assert.Equal((1, 1, 3), (summary.Parts[0].MinLength, summary.Parts[0].MedianLength, summary.Parts[0].MaxLength));
        Assert.Contains("1 of 1 validation examples are also in train", summary.Warnings);
    }

    [Fact]
    public void MixturesAreNamed()
    {
        DataSummary summary = DataSummary.Of(new([new TextExample("a", "a")], null, [new SeriesExample([1], 1, "a"), new SeriesExample([1, 2], 2, "a")]), new());
        Assert.Contains(summary.Warnings, warning => warning.Contains("1 texts and 2 series", StringComparison.Ordinal));
        Assert.Contains(summary.Warnings, warning => warning.Contains("series of 1, 2 channels", StringComparison.Ordinal));
    }
}
