using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

/// <summary>What docs/data-series.md shows is what is read.</summary>
public sealed partial class SeriesPageTests : IDisposable
{
    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "..", "docs", "data-series.md"));

    [Fact]
    public void RecipesAreConfigurations()
    {
        TrainConfig[] recipes = [.. Recipe().Matches(Page()).Select(block => ConfigJson.Read(block.Groups[1].Value, "page"))];
        Assert.Equal(["x", "y"], recipes[0].Data.Columns.Channels);
        Assert.Equal(2, recipes.Length);

        byte[] wav = SeriesFolder.Wav(new double[160]);
        DataParts parts = DataReader.Read(folder.WriteZip("r.zip", ("7_jackson_32.wav", wav), ("7_jackson_4.wav", wav)), recipes[1].Data);
        Assert.Equal(("7", "jackson", 2), (parts.Train[0].Label, parts.Train[0].Group, ((SeriesExample)parts.Train[0]).Steps));
        Assert.Single(parts.Test!);
    }

    [Fact]
    public void KeysAreThere()
    {
        string[] settings = [.. Setting().Matches(Page()).Select(match => match.Groups[1].Value)];
        Assert.True(settings.Length >= 10);
        foreach (string setting in settings)
            _ = ConfigJson.Set(new(), setting);
        string all = ConfigJson.Write(new());
        foreach (Match key in Key().Matches(Page()))
            Assert.Contains($"\"{key.Groups[1].Value}\":", all);
    }

    [Fact]
    public void FilesAreReadAsTheyAreShown()
    {
        string csv = Fenced("time,x,y,label,subject");
        DataConfig walks = new() { Format = DataFormat.NumericCsv, Columns = new() { Group = "subject" } };
        Assert.Equal(["walk ann 2", "run ann 1", "run bob 1"],
            SeriesFolder.Read(folder.Write("walks.csv", csv), walks).Select(e => $"{e.Label} {e.Group} {e.Steps}"));
        Assert.Equal(["circle 3", "wave 2"], SeriesFolder.Read(folder.Write("g.ts", Fenced("# a remark"))).Select(e => $"{e.Label} {e.Steps}"));
    }

    /// <summary>The block of the page that starts with this line.</summary>
    static string Fenced(string first)
    {
        string page = Page();
        int start = page.IndexOf($"```\n{first}\n", StringComparison.Ordinal) + 4;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Recipe();

    [GeneratedRegex("--set ([a-z_.]+=[^ \n]+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"`data\.(?:[a-z_]+\.)*([a-z_]+)`")]
    private static partial Regex Key();
}
