using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Tern.Cli.Downloads;

/// <summary>
/// Fetches a file over HTTP. It grows as NAME.part, which the next call goes on with (Range) where this one was cut off,
/// and gets its name when it is whole and its checksum is right.
/// </summary>
sealed class Download(HttpClient client)
{
    public const string Part = ".part";

    // a server that says nothing for so long is given up
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>A client for all files of a command; proxies are taken from the environment.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "tern" } },
    };

    /// <summary>Fetches a file.</summary>
    /// <param name="address">Where from.</param>
    /// <param name="path">Where to; its folder is made.</param>
    /// <param name="bytes">Expected length, where it is known.</param>
    /// <param name="sha256">Expected checksum, where it is known.</param>
    /// <param name="progress">Told bytes so far, all bytes (0 where unknown), and bytes of this call.</param>
    /// <param name="cancel">Stops; what has come stays for the next call.</param>
    /// <exception cref="TernException">No connection, an answer other than the file, or a wrong length or checksum.</exception>
    public async Task Fetch(Uri address, string path, long? bytes, string? sha256, Action<long, long, long> progress, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string part = path + Part;
        try
        {
            await Receive(address, part, bytes, progress, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new TernException($"{address} cannot be reached: {e.Message.TrimEnd('.')}. Check the network and the address (HTTPS_PROXY names a proxy), or copy the file to {path} yourself.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TernException($"{address} has sent nothing for {Silence.TotalSeconds:0} s; run the command again to go on from there.");
        }
        await Check(address, part, bytes, sha256, cancel).ConfigureAwait(false);
        File.Move(part, path, overwrite: true);
    }

    async Task Receive(Uri address, string part, long? bytes, Action<long, long, long> progress, CancellationToken cancel)
    {
        long have = File.Exists(part) ? new FileInfo(part).Length : 0;
        if (have > 0 && have == bytes)
            return; // whole, but not yet checked
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
            request.Headers.Range = new RangeHeaderValue(have, null);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(Silence);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == have)
            return;
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (!goesOn && response.StatusCode != HttpStatusCode.OK)
        {
            if (have > 0)
                File.Delete(part); // another file by now
            throw new TernException($"{address} answers {(int)response.StatusCode} ({response.ReasonPhrase}); the file may have moved: look at the set's home (./tern data list).");
        }
        if (!goesOn)
            have = 0;
        long all = response.Content.Headers.ContentLength is { } length ? have + length : bytes ?? 0;
        using var file = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
        using Stream content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        long come = 0;
        while (true)
        {
            silence.CancelAfter(Silence);
            int count;
            try
            {
                count = await content.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            }
            catch (IOException)
            {
                throw CutOff(have + come);
            }
            if (count == 0)
                break;
            await file.WriteAsync(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
            come += count;
            if (have + come > bytes)
                throw new TernException($"{address} sends more than the {bytes} bytes that the file has; it has changed. Look at the set's home (./tern data list).");
            progress(have + come, all, come);
        }
        if (all > 0 && have + come < all)
            throw CutOff(have + come);

        TernException CutOff(long at) =>
            new($"{address} was cut off after {at}{(all > 0 ? $" of {all}" : "")} bytes; run the command again to go on from there.");
    }

    static async Task Check(Uri address, string part, long? bytes, string? sha256, CancellationToken cancel)
    {
        string wrong = "";
        using (FileStream file = File.OpenRead(part))
        {
            if (bytes is { } expected && file.Length != expected)
                wrong = $"{file.Length} bytes, expected {expected}";
            else if (sha256 is not null && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel).ConfigureAwait(false)) is var found && found != sha256)
                wrong = $"SHA-256 {found}, expected {sha256}";
        }
        if (wrong.Length == 0)
            return;
        File.Delete(part);
        throw new TernException($"{address} gave another file than the known one ({wrong}); it was deleted. Try again, or look at the set's home (./tern data list).");
    }
}

/// <summary>Progress of a download in bytes.</summary>
static class DownloadRate
{
    /// <summary>Share, rate and time left, of what a download tells.</summary>
    public static (double Share, double Rate, TimeSpan? Left) Of(long have, long all, long come, TimeSpan elapsed)
    {
        double rate = come / Math.Max(elapsed.TotalSeconds, 1e-3);
        return all > 0 && rate > 0 ? ((double)have / all, rate, TimeSpan.FromSeconds((all - have) / rate)) : (0, rate, null);
    }
}
