using System.Diagnostics;
using System.Globalization;
using Tern.Model;
using Tern.Training;
using Xunit;

namespace Tern.Cli.Tests;

/// <summary>
/// Kills training at random moments, of its steps and of its saving, and resumes it: nothing that was saved is lost, no
/// half-written file is taken for a whole one, and the end is that of a run that was never stopped. Ten runs, or as many as
/// TERN_KILLS says.
/// </summary>
public sealed class KillTests : IDisposable
{
    const int Runs = 10, KillsOfARun = 2;
    readonly string folder = Directory.CreateTempSubdirectory("tern-kill-test-").FullName;
    readonly string texts;

    public KillTests()
    {
        texts = Path.Combine(folder, "texts.txt");
        string[] kinds = ["apple", "hammer", "tern", "river"];
        var random = new Random(3);
        File.WriteAllLines(texts, Enumerable.Range(0, 400).Select(i => $"{kinds[i % 4]} the {kinds[(i + (random.Next(4) == 0 ? 1 : 0)) % 4]} number {random.Next(50)} of {random.Next(9)}"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("sru")]
    [InlineData("lstm-libtorch")]
    public void ARunKilledAnywhereAndResumedEndsWithTheSameWeights(string cell)
    {
        int runs = int.TryParse(Environment.GetEnvironmentVariable("TERN_KILLS"), CultureInfo.InvariantCulture, out int asked) ? asked : Runs;
        string[] train =
        [
            "train", texts, "--cell", cell, "--hidden", "24", "--layers", "2", "--epochs", "6", "--threads", "2", "--set", "model.embedding=16", "--set", "batch=8",
            "--set", "model.dropout=0.3", "--set", "model.layer_dropout=0.2", "--set", "accumulate=2", "--set", "optimizer.schedule.kind=plateau",
            "--set", "checkpoint_seconds=0", "--set", "name=kill",
        ];
        string whole = Path.Combine(folder, "whole");
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(0, Finish([.. train, "--out", whole]));
        int most = (int)clock.ElapsedMilliseconds;
        byte[] expected = File.ReadAllBytes(Path.Combine(whole, "best.safetensors"));
        Dictionary<string, TensorData> expectedLast = Checkpoint.Load(Path.Combine(whole, "last.checkpoint"))!.Part("");

        var random = new Random(5);
        int interrupted = 0;
        for (int i = 0; i < runs / 2; i++) // the two cells share them
        {
            string run = Path.Combine(folder, $"run-{i}");
            string[] command = [.. train, "--out", run];
            for (int kill = 0; kill < KillsOfARun; kill++)
            {
                if (KillAfter(random.Next(most), command))
                    interrupted++;
                CheckFiles(run);
                command = File.Exists(Path.Combine(run, "config.json")) ? ["resume", run] : command;
            }
            Assert.Equal(0, Finish(command));
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(run, "best.safetensors")));
            Dictionary<string, TensorData> last = Checkpoint.Load(Path.Combine(run, "last.checkpoint"))!.Part("");
            Assert.Equal(expectedLast.Keys.Order(), last.Keys.Order());
            foreach ((string name, TensorData tensor) in expectedLast)
                Assert.Equal(tensor.Values, last[name].Values);
            Directory.Delete(run, recursive: true);
        }
        Assert.True(interrupted > 0, "no run was killed before its end");
    }

    [Fact]
    public void ASignalFinishesTheStepSavesAndSaysHowToResume()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        string run = Path.Combine(folder, "signal");
        using Process process = Start(["train", texts, "--epochs", "100000", "--set", "checkpoint_seconds=1000", "--out", run]);
        while (!File.Exists(Path.Combine(run, "metrics.csv")))
        {
            Assert.False(process.HasExited, "it ended by itself");
            Thread.Sleep(20);
        }
        using (Process signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            signal.WaitForExit();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains($"./tern resume {run}", error);
        TrainState state = Checkpoint.Load(Path.Combine(run, "last.checkpoint"))!.State;
        Assert.True(state.Epoch > 1);
        Assert.Equal(0, Finish(["resume", run, "--epochs", state.Epoch.ToString(CultureInfo.InvariantCulture)]));
        Assert.Equal(state.Epoch + 1, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);
    }

    /// <summary>What a kill has left is whole, or absent, or of a name that nothing reads.</summary>
    static void CheckFiles(string run)
    {
        string model = Path.Combine(run, "best.safetensors"), config = Path.Combine(run, "config.json");
        if (File.Exists(model)) ModelFile.Load(model);
        if (File.Exists(config)) ConfigJson.ReadFile(config);
        Checkpoint.Load(Path.Combine(run, "last.checkpoint"));
    }

    static bool KillAfter(int milliseconds, string[] args)
    {
        using Process process = Start(args);
        _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (process.WaitForExit(milliseconds)) return false;
        process.Kill();
        process.WaitForExit();
        return true;
    }

    static int Finish(string[] args)
    {
        using Process process = Start(args);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? 0 : throw new InvalidOperationException($"{string.Join(' ', args)} ended with {process.ExitCode}: {error}");
    }

    static Process Start(string[] args) => Process.Start(new ProcessStartInfo("dotnet", [ChildTests.Program, .. args, "--json"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
}
