using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Tern.Training.Data;

/// <summary>
/// English sentences that are on every machine with a .NET SDK: the first sentences of the summaries in its XML
/// reference documentation. The class is the area of .NET (by namespace) that a sentence documents.
/// </summary>
/// <remarks>
/// System.Runtime.Intrinsics is left out (its summaries are instruction signatures). A sentence that occurs in several
/// places counts once, and not at all where the places are of several areas. Every area is capped, for balance.
/// </remarks>
public static class ReferenceDocumentation
{
    /// <summary>Its name in configurations.</summary>
    public const string Name = "reference-documentation";

    /// <summary>Sentences kept of an area.</summary>
    const int PerArea = 800;

    /// <summary>Shorter sentences say too little ("The name.").</summary>
    const int MinLength = 20;

    // The twelve areas with the most sentences that are on every platform; the first match counts.
    static readonly (string Prefix, string Area)[] Areas =
    [
        ("Microsoft.AspNetCore.", "web"),
        ("Microsoft.Extensions.", "extensions"),
        ("System.Collections.", "collections"),
        ("System.ComponentModel.", "components"),
        ("System.Data.", "data"),
        ("System.Diagnostics.", "diagnostics"),
        ("System.IO.", "files"),
        ("System.Net.", "network"),
        ("System.Reflection.", "reflection"),
        ("System.Security.", "security"),
        ("System.Text.", "text"),
        ("System.Xml.", "xml"),
    ];

    static readonly string[] Packs = ["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"];

    /// <summary>Reads the sentences where the SDK has them; lower-cased, cut at a length, in an order given by the seed.</summary>
    /// <param name="maxLength">Characters kept of a sentence.</param>
    /// <param name="seed">Which sentences of a capped area are taken, and the order.</param>
    /// <exception cref="TernException">The SDK's reference documentation is not on this machine.</exception>
    public static IReadOnlyList<TextExample> Read(int maxLength, long seed) => Read(FindFiles(), maxLength, seed);

    internal static IReadOnlyList<TextExample> Read(IEnumerable<string> files, int maxLength, long seed)
    {
        var areaOf = new Dictionary<string, string?>(StringComparer.Ordinal); // null: of several areas
        foreach (string file in files)
            foreach ((string area, string summary) in Summaries(file))
            {
                if (FirstSentence(summary, maxLength) is not { Length: >= MinLength } sentence)
                    continue;
                if (areaOf.TryAdd(sentence, area) || areaOf[sentence] == area)
                    continue;
                areaOf[sentence] = null;
            }

        var random = new Random(Seeds.Mix(seed, Name));
        var examples = new List<TextExample>();
        foreach (IGrouping<string, string> area in areaOf.Where(e => e.Value is not null).GroupBy(e => e.Value!, e => e.Key)
            .OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string[] sentences = [.. area.Order(StringComparer.Ordinal)];
            random.Shuffle(sentences);
            examples.AddRange(sentences.Take(PerArea).Select(sentence => new TextExample(sentence, area.Key)));
        }
        random.Shuffle(CollectionsMarshal.AsSpan(examples));
        return examples;
    }

    /// <summary>The documentation files of the newest targeting packs, beside the runtime that runs this program.</summary>
    /// <exception cref="TernException">They are not on this machine.</exception>
    public static IReadOnlyList<string> FindFiles()
    {
        // .../shared/Microsoft.NETCore.App/10.0.x/ -> ...
        string runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string?[] roots = [runtime, Environment.GetEnvironmentVariable("DOTNET_ROOT"), "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet"];
        foreach (string root in roots.OfType<string>().Where(root => root.Length > 0))
        {
            List<string> files = [.. Packs.SelectMany(pack => PackFiles(Path.Combine(root, "packs", pack)))];
            if (Packs.All(pack => files.Exists(file => file.Contains(pack, StringComparison.Ordinal))))
                return files;
        }
        throw new TernException(
            $"The .NET SDK's reference documentation (packs/{Packs[0]} and {Packs[1]}, ref/net10.0/*.xml) is not in {runtime}; install the .NET 10 SDK, not the runtime alone, or set DOTNET_ROOT.");
    }

    static IEnumerable<string> PackFiles(string pack)
    {
        if (!Directory.Exists(pack))
            return [];
        string? newest = Directory.GetDirectories(pack)
            .Where(folder => Directory.Exists(Path.Combine(folder, "ref", "net10.0")))
            .MaxBy(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out Version? version) ? version : new Version());
        return newest is null ? [] : Directory.GetFiles(Path.Combine(newest, "ref", "net10.0"), "*.xml").Order(StringComparer.Ordinal);
    }

    /// <summary>Area and summary of each documented member of a file; read as a stream, since the files have 60 MB.</summary>
    static List<(string Area, string Summary)> Summaries(string file)
    {
        var summaries = new List<(string, string)>();
        try
        {
            using XmlReader reader = XmlReader.Create(file);
            while (reader.ReadToFollowing("member"))
                if (reader.GetAttribute("name") is { Length: > 2 } name
                    && Area(name[2..]) is { } area // without the kind, as in T:System.String
                    && reader.ReadToDescendant("summary"))
                    summaries.Add((area, Text((XElement)XNode.ReadFrom(reader))));
        }
        catch (XmlException e)
        {
            throw new TernException($"{file} is no XML documentation: {e.Message} Repair the .NET SDK.");
        }
        return summaries;
    }

    static string? Area(string member)
    {
        foreach ((string prefix, string area) in Areas)
            if (member.StartsWith(prefix, StringComparison.Ordinal))
                return area;
        return null;
    }

    /// <summary>The text of an element; a reference is the last part of the name that it refers to.</summary>
    static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            if (node is XText plain)
                text.Append(plain.Value);
            else if (node is XElement { IsEmpty: false } inner)
                text.Append(Text(inner));
            else if (node is XElement reference && (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name")) is { } name)
                text.Append(name.Value.Split(':')[^1].Split('(', '`')[0].Split('.')[^1]);
        }
        return text.ToString();
    }

    static string FirstSentence(string text, int maxLength)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
        int end = text.AsSpan().IndexOfAny(['.', '!', '?']);
        while (end >= 0 && end + 1 < text.Length && text[end + 1] != ' ') // not the dot of a name or number
        {
            int next = text.AsSpan(end + 1).IndexOfAny(['.', '!', '?']);
            end = next < 0 ? -1 : end + 1 + next;
        }
        if (end >= 0)
            text = text[..(end + 1)];
        return text.Length <= maxLength ? text : text[..maxLength].TrimEnd();
    }
}
