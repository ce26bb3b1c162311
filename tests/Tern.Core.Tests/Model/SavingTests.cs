using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>What is in the way of saving leaves the old file as it was, and nothing beside it.</summary>
public sealed class SavingTests
{
    [Fact]
    public void A_full_disk_leaves_the_old_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a full disk is played by /dev/full, which Linux has");
        using TemporaryFolder folder = new();
        byte[] before = Saved(folder["m"]);
        // the temporary file's name leads to a device without room
        File.CreateSymbolicLink(folder[$"m.{Environment.ProcessId}.tmp"], "/dev/full");
        string message = Error(folder["m"]);
        Assert.Contains("No space left on device", message);
        Assert.Contains("has room", message);
        Assert.Equal(before, File.ReadAllBytes(folder["m"]));
        Assert.Equal(["m"], folder.Files);
        Assert.Equal(2, ModelFile.Load(folder["m"]).Spec.Labels!.Count);
    }

    [Fact]
    public void A_folder_that_may_not_be_written_leaves_the_old_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "folders are closed by Unix modes here");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write into any folder");
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["closed"]);
        string path = Path.Combine(folder["closed"], "m");
        byte[] before = Saved(path);
        SetMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Contains("may be written to", Error(path));
            Assert.Equal(before, File.ReadAllBytes(path));
            Assert.Single(Directory.GetFiles(folder["closed"]));
        }
        finally
        {
            SetMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_folder_that_not_even_root_may_write_is_a_clear_error()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "/sys is Linux's");
        Assert.StartsWith("Model file '/sys/kernel/m' cannot be written (", Error("/sys/kernel/m"));
    }

    [Fact]
    public void A_folder_of_the_models_name_is_a_clear_error_and_stays()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["m/inside"]);
        Assert.Contains("cannot be written", Error(folder["m"]));
        Assert.True(Directory.Exists(folder["m/inside"]));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_temporary_file_of_a_killed_process_is_in_nobodys_way()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[$"m.{Environment.ProcessId}.tmp"], "half a model");
        Saved(folder["m"]);
        Assert.Equal(["m"], folder.Files);
        Assert.Equal(2, ModelFile.Load(folder["m"]).Spec.Labels!.Count);
    }

    [Fact]
    public void Tensors_that_overlap_are_refused_also_where_all_bytes_are_taken()
    {
        using TemporaryFolder folder = new();
        Saved(folder["m"]);
        byte[] file = File.ReadAllBytes(folder["m"]);
        // the head's weight (16 bytes) and bias (8 bytes) lie at its end of the data: bias first, by name
        string header = System.Text.Encoding.UTF8.GetString(file, 8, (int)BitConverter.ToInt64(file));
        var offsets = System.Text.RegularExpressions.Regex.Match(header, @"""head\.bias"":\{[^}]*""data_offsets"":\[(\d+),(\d+)\]");
        (int begin, int end) = (int.Parse(offsets.Groups[1].Value), int.Parse(offsets.Groups[2].Value));
        // both begin where the bias begins
        string overlapping = header.Replace($"\"data_offsets\":[{end},{end + 16}]", $"\"data_offsets\":[{begin},{begin + 16}]");
        Assert.NotEqual(header, overlapping);
        byte[] text = System.Text.Encoding.UTF8.GetBytes(overlapping);
        File.WriteAllBytes(folder["m"], [.. BitConverter.GetBytes((long)text.Length), .. text, .. file[(8 + header.Length)..]]);
        Assert.Contains("places tensor 'head.weight' at bytes", Assert.Throws<TernException>(() => ModelFile.Load(folder["m"])).Message);
    }

    static void SetMode(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, mode);
    }

    static byte[] Saved(string path)
    {
        ModelFile.Save(path, SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        return File.ReadAllBytes(path);
    }

    static string Error(string path) => Assert.Throws<TernException>(() => ModelFile.Save(path, SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec, seed: 2))).Message;
}
