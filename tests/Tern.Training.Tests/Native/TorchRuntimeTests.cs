using System.Diagnostics;
using Tern.Training.Native;
using TorchSharp;

namespace Tern.Training.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void LoadsTwiceAndSetsThreads()
    {
        TorchRuntime.Load();
        int before = torch.get_num_threads();
        TorchRuntime.Load(new TorchOptions { Threads = 1 });
        Assert.Equal(1, torch.get_num_threads());
        TorchRuntime.Load(new TorchOptions { Threads = before });
        Assert.Contains("libtorch", TorchRuntime.Description);
    }

    [Fact]
    public unsafe void PointsAtATensorsElements()
    {
        TorchRuntime.Load();
        using torch.Tensor t = torch.arange(6, torch.float32).reshape(2, 3);
        using torch.Tensor i = torch.arange(3, torch.int64);
        Assert.Equal(4f, t.Pointer()[4]);
        Assert.Equal(2L, i.LongPointer()[2]);
    }

    [Fact]
    public void ProcessesThatStartAtOnceShareAnEmptyCache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the loader's remedy is for Linux");
        using var cache = new TemporaryFolder();
        Process[] processes = [.. Enumerable.Range(0, 4).Select(_ => LoadingProcess.Start(new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = cache.Path }))];
        foreach (Process process in processes)
        {
            (int code, string output) = LoadingProcess.Finish(process);
            Assert.True(code == 0, output);
            Assert.StartsWith("2 TorchSharp", output);
        }
        if (Directory.Exists(Path.Combine(cache.Path, "tern"))) // absent where libstdc++ is new
            Assert.Single(Directory.GetFiles(Path.Combine(cache.Path, "tern")));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("/proc/nowhere")] // cannot be made, even by root
    public void LoadsWithoutAHomeThatCanBeWritten(string home)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the loader's remedy is for Linux");
        using Process process = LoadingProcess.Start(new Dictionary<string, string?>
        {
            ["XDG_CACHE_HOME"] = home == "missing" ? null : home,
            ["HOME"] = home == "missing" ? null : home,
        });
        (int code, string output) = LoadingProcess.Finish(process);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void ReplacesADamagedCopyInTheCache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the loader's remedy is for Linux");
        using var cache = new TemporaryFolder();
        var environment = new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = cache.Path };
        LoadingProcess.Finish(LoadingProcess.Start(environment));
        Assert.SkipUnless(Directory.Exists(Path.Combine(cache.Path, "tern")), "libstdc++ is new enough: no copy is made");
        string copy = Directory.GetFiles(Path.Combine(cache.Path, "tern"))[0];
        File.WriteAllBytes(copy, File.ReadAllBytes(copy)[..100_000]);
        (int code, string output) = LoadingProcess.Finish(LoadingProcess.Start(environment));
        Assert.True(code == 0, output);
        Assert.True(new FileInfo(copy).Length > 100_000);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("cut")]
    public void ABrokenLibraryIsOneClearError(string damage)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the loader's remedy is for Linux");
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "libtorch_cpu.so");
        string original = TorchLibraries.SearchFolders().Select(f => Path.Combine(f, "libtorch_cpu.so")).First(File.Exists);
        File.WriteAllBytes(file, damage switch
        {
            "empty" => [],
            "text" => "not a library"u8.ToArray(),
            _ => Head(original, 1_000_000),
        });
        (int code, string output) = LoadingProcess.Finish(LoadingProcess.Start(new Dictionary<string, string?>(), folder.Path));
        Assert.Equal(2, code);
        Assert.Contains(file, output);
        Assert.DoesNotContain('\n', output);
    }

    [Fact]
    public void AMissingLibraryIsOneClearError()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<TernException>(() => TorchLibraries.Load([folder.Path]));
        Assert.Contains("libtorch_cpu.so", error.Message);
        Assert.Contains("dotnet restore", error.Message);
    }

    static byte[] Head(string path, int count)
    {
        byte[] bytes = new byte[count];
        using FileStream file = File.OpenRead(path);
        file.ReadExactly(bytes);
        return bytes;
    }
}
