using Xunit;

namespace Tern.Training.Tests;

public sealed class RunFolderTests
{
    [Fact]
    public void Two_trainings_into_one_folder_are_refused_and_the_first_loses_nothing()
    {
        using var temporary = new TemporaryFolder();
        string path = Path.Combine(temporary.Path, "run");
        using (RunFolder first = RunFolder.Create(path))
        {
            first.WriteConfig(new TrainConfig());
            first.Log(DateTimeOffset.UnixEpoch, "begun");
            Assert.Contains("is in use by another training", Assert.Throws<TernException>(() => RunFolder.Create(path)).Message);
            Assert.Contains("is in use by another training", Assert.Throws<TernException>(() => RunFolder.Open(path)).Message);
            Assert.Contains("begun", File.ReadAllText(first.LogPath));
        }
        Assert.Equal(["config.json", "log.txt"], Directory.GetFiles(path).Select(Path.GetFileName).Order());
        RunFolder.Open(path).Dispose();
    }

    [Fact]
    public void A_lock_that_a_killed_process_has_left_does_not_count()
    {
        using var temporary = new TemporaryFolder();
        File.WriteAllText(Path.Combine(temporary.Path, "run.lock"), "");
        RunFolder.Create(temporary.Path).Dispose();
        Assert.False(File.Exists(Path.Combine(temporary.Path, "run.lock")));
    }

    [Fact]
    public void A_text_that_cannot_be_written_leaves_the_old_one_and_no_other_file()
    {
        using var temporary = new TemporaryFolder();
        string path = Path.Combine(temporary.Path, "metrics.csv");
        File.WriteAllText(path, "old");
        Assert.Throws<IOException>(() => Model.WholeFile.Write(path, _ => throw new IOException("No space left on device")));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(temporary.Path));
    }
}
