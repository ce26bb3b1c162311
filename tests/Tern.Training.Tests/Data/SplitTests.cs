using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

/// <summary>Whatever the split, every example is in exactly one part, and the seed decides which.</summary>
public sealed class SplitTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Sizes of classes and of groups.</summary>
    public sealed record Case(int[] Classes, int Groups, int Folds, long Seed, double Share);

    /// <summary>Classes of 2 to 40 examples.</summary>
    public static class Cases
    {
        public static Arbitrary<Case> Any() => Arb.From(
            from classes in Gen.Choose(2, 40).ArrayOf().Where(classes => classes.Length is >= 2 and <= 8 && classes.Sum() >= 12)
            from groups in Gen.Choose(6, 12)
            from folds in Gen.Choose(2, 6)
            from seed in Gen.Choose(0, 1_000_000)
            from share in Gen.Choose(5, 40)
            select new Case(classes, groups, folds, seed, share / 100.0));
    }

    string Write(Case data)
    {
        var lines = new List<string> { "text,label,who" };
        var random = new System.Random((int)data.Seed);
        for (int c = 0; c < data.Classes.Length; c++)
            for (int i = 0; i < data.Classes[c]; i++)
                lines.Add($"text {c} {i},class{c},speaker{(lines.Count - 1 < data.Groups ? lines.Count - 1 : random.Next(data.Groups) * random.Next(2))}");
        return folder.Write("t.csv", string.Join('\n', lines));
    }

    DataConfig Config(Case data) => new()
    {
        Train = Write(data),
        SplitSeed = data.Seed,
        TestShare = data.Share,
        ValidationShare = data.Share,
        Columns = new() { Group = "who" },
    };

    static Example[] All(Dataset data) => [.. data.Train.Concat(data.Validation).Concat(data.Test)];

    static void AreAllOnce(IReadOnlyList<Example> expected, Dataset data)
    {
        Assert.Equal(expected.Count, All(data).Length);
        Assert.Equal(expected.ToHashSet(), All(data).ToHashSet());
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 100)]
    public void HeldOutPartsHaveTheirShareOfEveryClass(Case given)
    {
        DataConfig config = Config(given);
        Dataset data = Dataset.Load(config);
        AreAllOnce(TextFile.Read(config.Train, config), data);
        for (int c = 0; c < given.Classes.Length; c++)
        {
            int n = given.Classes[c], test = data.Test.Count(e => e.Label == $"class{c}"), train = data.Train.Count(e => e.Label == $"class{c}");
            Assert.True(train >= 1);
            Assert.InRange(test, 1, Math.Max(1, given.Share * n + 0.5));
        }
        Assert.Equal(data.Fingerprint(), Dataset.Load(config).Fingerprint());
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 60)]
    public void FoldsAreDisjointAndEvenInEveryClass(Case given)
    {
        DataConfig config = Config(given) with { Folds = given.Folds };
        IReadOnlyList<Example> all = TextFile.Read(config.Train, config);
        var tested = new List<Example>();
        for (int fold = 1; fold <= given.Folds; fold++)
        {
            Dataset data = Dataset.Load(config with { Fold = fold });
            AreAllOnce(all, data);
            Assert.InRange(data.Test.Count, all.Count / given.Folds, (all.Count + given.Folds - 1) / given.Folds);
            for (int c = 0; c < given.Classes.Length; c++)
                Assert.InRange(data.Test.Count(e => e.Label == $"class{c}"), given.Classes[c] / given.Folds, (given.Classes[c] + given.Folds - 1) / given.Folds);
            tested.AddRange(data.Test);
        }
        Assert.Equal(all.Count, tested.Count);
        Assert.Equal(all.ToHashSet(), tested.ToHashSet());
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 100)]
    public void GroupsStayTogetherAndTheirShareIsNear(Case given)
    {
        IReadOnlyList<Example> all = TextFile.Read(Write(given), new() { Columns = new() { Group = "who" } });
        bool[] held = Groups.HoldOut("t", all, given.Share, given.Seed);
        (List<Example> kept, List<Example> heldOut) = HeldOut.Part(all, held);
        Assert.Equal(all.Count, kept.Count + heldOut.Count);
        Assert.NotEmpty(kept);
        Assert.NotEmpty(heldOut);
        Assert.Empty(kept.Select(e => e.Group).Intersect(heldOut.Select(e => e.Group)));
        int largest = all.GroupBy(e => e.Group).Max(g => g.Count()), smallest = all.GroupBy(e => e.Group).Min(g => g.Count());
        Assert.InRange(Math.Abs(heldOut.Count - given.Share * all.Count), 0, Math.Max(largest / 2.0, smallest));
        Assert.Equal(held, Groups.HoldOut("t", all, given.Share, given.Seed));
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 60)]
    public void FoldsOfGroupsKeepThemTogether(Case given)
    {
        IReadOnlyList<Example> all = TextFile.Read(Write(given), new() { Columns = new() { Group = "who" } });
        int[] folds = Folds.ByGroup("t", all, given.Folds, given.Seed);
        Assert.Equal(Enumerable.Range(0, given.Folds), folds.Distinct().Order());
        Assert.All(Enumerable.Range(0, all.Count).GroupBy(i => all[i].Group), group => Assert.Single(group.Select(i => folds[i]).Distinct()));
    }

    [Fact]
    public void LoadHoldsWholeGroupsOut()
    {
        string rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"text {i},{(i % 2 == 0 ? "a" : "b")},s{i / 2 % 20}\n"));
        var config = new DataConfig { Train = folder.Write("t.csv", "text,label,who\n" + rows), Columns = new() { Group = "who" }, SplitByGroup = true, TestShare = 0.2 };
        Dataset data = Dataset.Load(config);
        Assert.Equal((140, 20, 40), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(20, new[] { data.Train, data.Validation, data.Test }.Sum(part => part.Select(e => e.Group).Distinct().Count()));
        Assert.NotEqual(data.Fingerprint(), Dataset.Load(config with { SplitSeed = 2 }).Fingerprint());

        Dataset folded = Dataset.Load(config with { Folds = 4, Fold = 2 });
        Assert.Equal((50, 15), (folded.Test.Count, folded.Validation.Count + folded.Train.Count - 135));
        Assert.Empty(folded.Test.Select(e => e.Group).Intersect(folded.Train.Concat(folded.Validation).Select(e => e.Group)));
    }

    [Fact]
    public void SplitsThatCannotBeAreNamed()
    {
        string ungrouped = folder.Write("t.txt", string.Concat(Enumerable.Range(0, 20).Select(i => $"{(i % 2 == 0 ? "a" : "b")} text {i}\n")));
        Assert.Contains("20 of 20 examples have no group", Message(new() { Train = ungrouped, SplitByGroup = true }));
        string one = folder.Write("one.csv", "text,label,who\na b,x,ann\nc d,y,ann\n");
        Assert.Contains("has 1 group ('ann')", Message(new() { Train = one, SplitByGroup = true, Columns = new() { Group = "who" } }));
        Assert.Contains("has 1 groups for data.folds=2", Message(new() { Train = one, SplitByGroup = true, Folds = 2, Columns = new() { Group = "who" } }));
        string single = folder.Write("single.txt", string.Concat(Enumerable.Range(0, 20).Select(i => $"{(i == 7 ? "rare" : i % 2 == 0 ? "a" : "b")} text {i}\n")));
        Assert.Contains("has 1 example of the class 'rare' for data.folds=10", Message(new() { Train = single, Folds = 10 }));
        Assert.Contains("has 20 examples for data.folds=30", Message(new() { Train = ungrouped, Folds = 30 }));
        Assert.Contains("has a test part of its own", Message(new() { Train = ungrouped, Test = ungrouped, Folds = 10 }));
        Assert.Contains("data.fold is 11; expected 1 to 10", Message(new() { Train = ungrouped, Folds = 10, Fold = 11 }));

        static string Message(DataConfig config) => Assert.Throws<TernException>(() => Dataset.Load(config)).Message;
    }

    [Fact]
    public void KindsThatDoNotFitAreRefused()
    {
        TextExample[] texts = [new("a", "x"), new("b", "y")];
        SeriesExample[] series = [new([1, 2], 1, "x"), new([1, 2], 1, "y")], wide = [new([1, 2], 2, "x")];
        Assert.Equal((true, 0), Kind(new("t", texts, texts, [])));
        Assert.Equal((false, 1), Kind(new("t", series, series, [])));
        Assert.Contains("mixes texts and series", Assert.Throws<TernException>(() => new Dataset("t", texts, texts, series)).Message);
        Assert.Contains("series of 1 and of 2 channels", Assert.Throws<TernException>(() => new Dataset("t", series, series, wide)).Message);

        static (bool, int) Kind(Dataset data) => (data.IsText, data.Channels);
    }

    [Fact]
    public void SeveralLabelsAreTheUnionOfAllParts()
    {
        string path = folder.Write("t.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"text {i},{(i % 4 == 0 ? "" : i % 4 == 1 ? "a|b" : i == 2 ? "c|d" : "a")}\n")));
        Dataset data = Dataset.Load(new() { Train = path, MultiLabel = true });
        Assert.True(data.MultiLabel);
        Assert.Equal(["a", "b", "c", "d"], data.Labels);
        Assert.Equal(40, All(data).Length);
        Assert.Equal(40, All(Dataset.Load(new() { Train = path, MultiLabel = true, Folds = 5 })).Length);
        Assert.Contains("data.multi_label=true", Assert.Throws<TernException>(() => new Dataset("t", data.Train, data.Validation, data.Test)).Message);
    }
}
