using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Tern.Cli.Downloads;
using Tern.Training.Data;
using Xunit;

namespace Tern.Cli.Tests.Downloads;

public sealed class DownloadTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tern-download-test-").FullName;
    readonly FileServer server = new();
    readonly HttpClient client = Download.Client();
    readonly byte[] content = new byte[300_000];

    public DownloadTests()
    {
        new Random(1).NextBytes(content);
        server.Files["/f"] = content;
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string Target => Path.Combine(folder, "below", "f");

    string Sum => Convert.ToHexStringLower(SHA256.HashData(content));

    Task Fetch(long? bytes = null, string? sha256 = null, Action<long, long, long>? progress = null, string path = "/f") =>
        new Download(client).Fetch(new Uri(server.Address + path), Target, bytes, sha256, progress ?? ((_, _, _) => { }), TestContext.Current.CancellationToken);

    async Task<string> Refused(long? bytes = null, string? sha256 = null, string path = "/f")
    {
        var error = await Assert.ThrowsAsync<TernException>(() => Fetch(bytes, sha256, path: path));
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    [Fact]
    public async Task A_file_comes_whole_with_progress()
    {
        (long Have, long All, long Come) last = default;
        await Fetch(content.Length, Sum, (have, all, come) => last = (have, all, come));
        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.Equal((content.Length, content.Length, content.Length), last);
        Assert.Equal(["f"], Directory.GetFiles(Path.GetDirectoryName(Target)!).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_download_goes_on_where_it_stopped(bool ranges)
    {
        server.CutAt = 100_000;
        Assert.Contains("was cut off after", await Refused(content.Length, Sum));
        long have = new FileInfo(Target + Download.Part).Length;
        Assert.InRange(have, 1, 100_000);
        Assert.False(File.Exists(Target));
        server.Ranges = ranges;
        await Fetch(content.Length, Sum);
        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.Equal([0, have], server.Starts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_part_that_is_whole_is_only_checked(bool lengthKnown)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Target + Download.Part, content);
        await Fetch(lengthKnown ? content.Length : null, Sum);
        Assert.Equal(content, File.ReadAllBytes(Target));
        Assert.Equal(lengthKnown ? 0 : 1, server.Starts.Count);
    }

    [Fact]
    public async Task Another_file_is_refused_and_deleted()
    {
        Assert.Contains("SHA-256 ", await Refused(content.Length, new string('0', 64)));
        Assert.Contains($"{content.Length} bytes, expected {content.Length + 1}", await Refused(content.Length + 1));
        Assert.Contains("sends more than the 1000 bytes", await Refused(1000));
        File.Delete(Target + Download.Part);
        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_does_not_answer_is_named()
    {
        Assert.Contains("/none answers 404", await Refused(path: "/none"));
        int port = FileServer.FreePort();
        var error = await Assert.ThrowsAsync<TernException>(() => new Download(client).Fetch(new Uri($"http://127.0.0.1:{port}/f"), Target, null, null, (_, _, _) => { }, TestContext.Current.CancellationToken));
        Assert.Contains($"http://127.0.0.1:{port}/f cannot be reached", error.Message);
    }

    [Fact]
    public async Task A_cancelled_download_keeps_its_part()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Download(client).Fetch(new Uri(server.Address + "/f"), Target, null, Sum, (_, _, _) => stop.Cancel(), stop.Token));
        Assert.True(File.Exists(Target + Download.Part));
        await Fetch(null, Sum);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_tar_is_packed_again_as_a_zip()
    {
        string archive = Path.Combine(folder, "a.tar.gz"), destination = Path.Combine(folder, "a.zip");
        using (var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
            foreach (string name in (string[])["./right/1.wav", "../../outside.wav"])
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1, 2, 3]) });
        Unpacking.Unpack(archive, destination, KnownPacking.TarToZip);
        using ZipArchive zip = ZipFile.OpenRead(destination);
        Assert.Equal(["right/1.wav"], zip.Entries.Select(entry => entry.FullName));
        Assert.False(File.Exists(archive));
    }

    [Fact]
    public void Texts_of_a_zip_in_a_zip_come_into_one_folder()
    {
        string archive = Path.Combine(folder, "a.zip"), destination = Path.Combine(folder, "a");
        var inner = new MemoryStream();
        using (var zip = new ZipArchive(inner, ZipArchiveMode.Create, leaveOpen: true))
            foreach (string name in (string[])["UCI/train/y_train.txt", "UCI/test/y_test.txt", "__MACOSX/._y_test.txt", "../../../escaped.txt", "UCI/picture.png"])
                using (Stream entry = zip.CreateEntry(name).Open()) entry.Write("1\n"u8);
        using (ZipArchive zip = ZipFile.Open(archive, ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry("inner.zip").Open()) entry.Write(inner.ToArray());
        Unpacking.Unpack(archive, destination, KnownPacking.UnzipTexts);
        Assert.Equal(["escaped.txt", "y_test.txt", "y_train.txt"], Directory.GetFiles(destination).Select(Path.GetFileName).Order());
        Assert.Equal([destination], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_broken_archive_is_named()
    {
        string archive = Path.Combine(folder, "a.download");
        File.WriteAllText(archive, "no archive, though it should be one");
        foreach (KnownPacking packing in (KnownPacking[])[KnownPacking.TarToZip, KnownPacking.UnzipTexts])
            Assert.Contains("a.download cannot be unpacked", Assert.Throws<TernException>(() => Unpacking.Unpack(archive, Path.Combine(folder, $"{packing}"), packing)).Message);
    }
}
