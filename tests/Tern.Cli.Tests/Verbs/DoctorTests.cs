using System.Text.Json;
using Tern.Kernels;
using Xunit;

namespace Tern.Cli.Tests.Verbs;

public sealed class DoctorTests(SmallModel small)
{
    [Fact]
    public void A_machine_that_trains_is_told_so()
    {
        Assert.True(File.Exists(small.Sru));   // it has just trained
        (int code, string output, string error) = Cli.Run("doctor", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.True(document.GetProperty("can_train").GetBoolean());
        Dictionary<string, string> found = Findings(document).ToDictionary(finding => finding.Name, finding => finding.Text);
        Assert.Equal(["tern", "system", "processor", "threads", "vectors", "products", "libtorch", "memory", "runs", "cache", "data", "quickstart"], Findings(document).Select(finding => finding.Name));
        Assert.StartsWith($"{Simd.Bits}-bit vectors", found["vectors"]);
        Assert.Contains($"{Environment.Version.Major}.{Environment.Version.Minor}", found["tern"]);
        Assert.Contains("libtorch 2.", found["libtorch"]);
        Assert.Contains("allocator ", found["libtorch"]);
        Assert.Matches(@"^\d[\d,]*\.\d GB free of \d[\d,]*\.\d GB", found["memory"]);
    }

    [Fact]
    public void Every_finding_is_a_line()
    {
        (int code, string output, _) = Cli.Run("doctor");
        Assert.Equal(0, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(13, lines.Length);
        Assert.All(lines[..^1], line => Assert.Matches("^(ok|note|problem) +[a-z]+ +.", line));
        Assert.StartsWith("This machine can train.", lines[^1]);
    }

    [Theory]
    [InlineData("TERN_SIMD", "1024", "vectors", "is ignored, expected 128, 256 or 512")]
    [InlineData("TERN_GEMM", "mkl", "products", "is ignored, expected own or libtorch")]
    [InlineData("TERN_DATA", "/no/such/folder", "data", "is no folder")]
    [InlineData("TERN_DATA", "", "data", "TERN_DATA is not set")]
    public void What_is_set_wrongly_is_a_note(string variable, string value, string name, string text)
    {
        (int code, string output, _) = Child.Run(["doctor", "--json"], Path.GetTempPath(), (variable, value));
        Assert.Equal(0, code);
        var finding = Findings(JsonDocument.Parse(output).RootElement).Single(finding => finding.Name == name);
        Assert.Equal("note", finding.State);
        Assert.Contains(text, finding.Text);
    }

    [Fact]
    public void Data_folders_are_listed()
    {
        Directory.CreateDirectory(small.At("data/mnist"));
        Directory.CreateDirectory(small.At("data/ptb"));
        (_, string output, _) = Child.Run(["doctor", "--json"], Path.GetTempPath(), ("TERN_DATA", small.At("data")));
        Assert.EndsWith(": mnist, ptb", Findings(JsonDocument.Parse(output).RootElement).Single(finding => finding.Name == "data").Text);
    }

    [Fact]
    public void A_folder_where_no_run_can_be_written_is_a_problem()
    {
        Directory.CreateDirectory(small.At("taken"));
        File.WriteAllText(small.At("taken/runs"), "a file of that name");
        (int code, string output, _) = Child.Run(["doctor"], small.At("taken"));
        Assert.Equal(1, code);
        Assert.Matches("(?m)^problem +runs ", output);
        Assert.Contains("This machine cannot train yet: see runs above.", output);
    }

    [Fact]
    public void A_missing_libtorch_is_a_problem_of_one_line()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("the libraries are looked for by name on Linux");
        // the program's folder without the native libraries
        string copy = small.At("without");
        Directory.CreateDirectory(copy);
        string program = Path.GetDirectoryName(Child.Program)!;
        foreach (string file in Directory.GetFiles(program).Where(file => Path.GetExtension(file) is ".dll" or ".json" && !file.EndsWith(".deps.json", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        (int code, string output, string error) = Child.RunAt(Path.Combine(copy, "tern.dll"), ["doctor"], Path.GetTempPath());
        Assert.Equal((1, ""), (code, error));
        Assert.Matches(@"(?m)^problem +libtorch +The native library libtorch\S* was not found", output);
        Assert.Equal(13, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    static List<(string Name, string State, string Text)> Findings(JsonElement document) =>
        [.. document.GetProperty("findings").EnumerateArray().Select(finding => (finding.GetProperty("name").GetString()!, finding.GetProperty("state").GetString()!, finding.GetProperty("text").GetString()!))];
}
