using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tern.Cli.Downloads;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern data get NAME...`: fetches data sets from their public homes into the cache.</summary>
sealed class DataGetVerb : Verb
{
    readonly Argument<string[]> names = new("names") { HelpName = "NAME...", Description = "Names of data sets (./tern data list).", Arity = ArgumentArity.OneOrMore };
    readonly Option<string?> from = Flags.Text("--from", "URL", "A mirror to fetch from instead: URL/HOST/PATH for each https://HOST/PATH.");

    public DataGetVerb() : base("get", "Fetches data sets into the cache. A fetch that was cut off is gone on with; checksums are compared where they are known.",
        "tern data get mr trec", "tern data get gunpoint --from http://mirror.local/data")
    {
        Add(names);
        Add(from);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        KnownDataset[] sets = [.. arguments.Get(names).Distinct().Select(KnownDatasets.Get)];
        Uri? mirror = Mirror(arguments.Get(from));
        foreach (KnownDataset set in sets)
            if (!set.IsPresent && set.Files.FirstOrDefault(file => file.Url.Length == 0) is { } unavailable)
                throw new TernException($"{set.Name} cannot be fetched: {unavailable.Path} is made, not published; get the original from {set.Home} and name its file in the configuration.");
        using HttpClient client = Download.Client();
        var document = new List<object>();
        foreach (KnownDataset set in sets)
        {
            bool present = set.IsPresent;
            if (!present)
                foreach (KnownFile file in set.Files) Fetch(client, set, file, mirror, output, cancel);
            string? root = set.Root();
            if (output.Json) document.Add(new { set.Name, Fetched = !present, Folder = root, set.Licence, set.Home });
            else if (root is null) output.Line($"{set.Name} is made on this machine; nothing to fetch");
            else output.Line(present ? $"{set.Name} is already in {root}" : $"{set.Name} fetched into {root}; licence: {set.Licence}; home: {set.Home}");
        }
        if (output.Json) output.Document(document);
        return 0;
    }

    static void Fetch(HttpClient client, KnownDataset set, KnownFile file, Uri? mirror, Output output, CancellationToken cancel)
    {
        if (DataCache.Find(DataCache.Folder, file.Path) is not null) return;
        string path = Path.Combine(DataCache.Folder, file.Path), archive = file.Packing == KnownPacking.AsIs ? path : path + ".download";
        using var line = new ProgressLine(output, $"{set.Name}: {Path.GetFileName(file.Path)}", "kB");
        long begin = Stopwatch.GetTimestamp();
        if (archive == path || !File.Exists(archive))
            new Download(client).Fetch(Address(file.Url, mirror), archive, file.Bytes, file.Sha256, Report, cancel).GetAwaiter().GetResult();
        if (file.Packing != KnownPacking.AsIs) Unpacking.Unpack(archive, path, file.Packing);
        if (!output.Terminal.ErrorIsWatched) line.Milestone("done");

        void Report(long have, long all, long come)
        {
            (double share, double rate, TimeSpan? left) = DownloadRate.Of(have, all, come, Stopwatch.GetElapsedTime(begin));
            string size = all > 0 ? $"{Megabytes(have)} of {Megabytes(all)} MB" : $"{Megabytes(have)} MB";
            line.Report(share, rate / 1000, left, size);
        }
    }

    static Uri? Mirror(string? given) => given is null ? null
        : Uri.TryCreate(given.TrimEnd('/') + "/", UriKind.Absolute, out Uri? mirror) && mirror.Scheme is "http" or "https" ? mirror
        : throw new TernException($"--from {given} is no address; expected http://HOST/FOLDER or https://HOST/FOLDER.");

    static Uri Address(string url, Uri? mirror)
    {
        var home = new Uri(url);
        return mirror is null ? home : new Uri(mirror, home.Host + home.PathAndQuery);
    }

    static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
