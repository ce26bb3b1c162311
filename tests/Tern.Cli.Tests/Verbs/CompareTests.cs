using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class CompareTests(SmallModel small)
{
    string Page => small.At("compare/page.html");

    [Fact]
    public void Runs_are_set_side_by_side_with_what_differs()
    {
        (int code, string output, string error) = Cli.Run("compare", Folder(small.Sru), Folder(small.Lstm), "--out", Page, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement document = JsonDocument.Parse(output).RootElement;
        JsonElement[] runs = [.. document.GetProperty("runs").EnumerateArray()];
        Assert.Equal(["sru", "lstm-libtorch"], runs.Select(run => run.GetProperty("cell").GetString()));
        Assert.All(runs, run => Assert.Equal(("1 x 8", 8, ""), (run.GetProperty("size").GetString(), run.GetProperty("epochs").GetInt32(), run.GetProperty("remark").GetString())));
        Assert.Equal(new FileInfo(small.Sru).Length, runs[0].GetProperty("bytes").GetInt64());
        JsonElement info = JsonDocument.Parse(Cli.Run("info", small.Sru, "--json").Out).RootElement;
        Assert.Equal(info.GetProperty("parameters").GetInt64(), runs[0].GetProperty("parameters").GetInt64());
        Assert.Equal(info.GetProperty("metrics").GetProperty("test_accuracy").GetDouble(), runs[0].GetProperty("test_accuracy").GetDouble());
        Assert.Equal(info.GetProperty("metrics").GetProperty("validation_accuracy").GetDouble(), runs[0].GetProperty("validation_accuracy").GetDouble());
        JsonElement differences = document.GetProperty("differences");
        Assert.Equal(["sru", "lstm-libtorch"], differences.GetProperty("model.cell").EnumerateArray().Select(value => value.GetString()));
        Assert.False(differences.TryGetProperty("model.hidden", out _));
        Assert.False(differences.TryGetProperty("name", out _));
    }

    [Fact]
    public void The_size_of_a_convolution_is_its_windows_and_filters()
    {
        JsonElement run = JsonDocument.Parse(Cli.Run("compare", Folder(small.Cnn), "--out", Page, "--json").Out).RootElement.GetProperty("runs")[0];
        Assert.Equal(("cnn", "windows 2, 7 of 4"), (run.GetProperty("cell").GetString(), run.GetProperty("size").GetString()));
    }

    [Fact]
    public void The_page_stands_alone_and_holds_both_charts()
    {
        Assert.Equal(0, Cli.Run("compare", Folder(small.Sru), Folder(small.Lstm), "--out", Page).Code);
        string html = File.ReadAllText(Page);
        Assert.DoesNotMatch(@"<(script|link|img|iframe)\b|url\((?!#)|@import| src=", html);
        XElement[] charts = [.. Regex.Matches(html, "<svg.*?</svg>", RegexOptions.Singleline).Select(match => XElement.Parse(match.Value))];   // well-formed, or this throws
        Assert.Equal(2, charts.Length);
        string[] ids = [.. charts.SelectMany(svg => svg.Descendants().Attributes("id")).Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        foreach (string expected in (string[])["by epoch", "by seconds of training", "model.cell", "2 runs", "8 <span class=\"unit\">of 8</span>"]) Assert.Contains(expected, html);
        Assert.DoesNotContain("<p class=\"soft\">", html);   // no remark
    }

    [Fact]
    public void A_run_that_goes_on_or_is_damaged_has_a_row_that_says_so()
    {
        string going = Copy("going", "config.json", "metrics.csv"), fresh = Copy("fresh", "config.json"), cut = Copy("cut", "config.json", "metrics.csv"), bad = Copy("bad", "config.json", "best.safetensors");
        File.WriteAllBytes(Path.Combine(cut, "best.safetensors"), File.ReadAllBytes(small.Sru)[..50]);
        File.WriteAllLines(Path.Combine(bad, "metrics.csv"), [.. File.ReadAllLines(Path.Combine(Folder(small.Sru), "metrics.csv"))[..3], "3,x"]);
        (int code, string output, string error) = Cli.Run("compare", going, fresh, cut, bad, "--out", Page);
        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.Contains("going: no model yet", lines);
        Assert.Contains("fresh: no epoch yet; no model yet", lines);
        Assert.Contains(lines, line => line.StartsWith("cut: the model file claims a header of"));
        Assert.Contains("bad: metrics.csv line 4 is damaged", lines);
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ *bad +sru +1 x 8 +\d of 2 "));
        Assert.Contains("<p class=\"soft\">bad: metrics.csv line 4 is damaged</p>", File.ReadAllText(Page));
    }

    [Fact]
    public void Runs_of_one_name_go_by_their_paths_and_names_are_text()
    {
        string one = Copy("a/<b>", "config.json", "metrics.csv"), two = Copy("c/<b>", "config.json", "metrics.csv");
        (_, string output, _) = Cli.Run("compare", one, two, "--out", Page);
        Assert.Contains(one, output);
        Assert.Contains(two, output);
        Assert.DoesNotContain("<b>", File.ReadAllText(Page));
    }

    [Fact]
    public void A_file_of_a_run_stands_for_its_folder() =>
        Assert.Equal("sru", JsonDocument.Parse(Cli.Run("compare", small.Sru, "--out", Page, "--json").Out).RootElement.GetProperty("runs")[0].GetProperty("name").GetString());

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Cli.Refuses(["compare"], "RUN");
        Cli.Refuses(["compare", small.At("nowhere")], "no run folder", "nowhere");
        Directory.CreateDirectory(small.At("empty-folder"));
        Cli.Refuses(["compare", small.At("empty-folder")], "empty-folder", "config.json");
        Cli.Refuses(["compare", Copy("only", "config.json"), "--out", Page], "nothing to compare", "no epoch yet");
        string broken = Copy("broken", "metrics.csv");
        File.WriteAllText(Path.Combine(broken, "config.json"), "{");
        Cli.Refuses(["compare", broken], "config.json", "not JSON");
        File.WriteAllText(Path.Combine(broken, "config.json"), "[]");
        Cli.Refuses(["compare", broken], "config.json", "no configuration");
        Cli.Refuses(["compare", Folder(small.Sru), "--out", Folder(small.Sru)], "--out", "folder");
        Cli.Refuses(["compare", Folder(small.Sru), "--out", Path.Combine(small.Texts, "page.html")], "--out", "cannot be written");
    }

    static string Folder(string model) => Path.GetDirectoryName(model)!;

    string Copy(string name, params string[] files)
    {
        string folder = small.At($"compare/{name}");
        Directory.CreateDirectory(folder);
        foreach (string file in files) File.Copy(Path.Combine(Folder(small.Sru), file), Path.Combine(folder, file), overwrite: true);
        return folder;
    }
}
