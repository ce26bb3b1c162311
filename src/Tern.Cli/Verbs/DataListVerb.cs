using System.Globalization;
using Tern.Training.Data;

namespace Tern.Cli.Verbs;

/// <summary>`tern data list`: the data sets that Tern knows by name.</summary>
sealed class DataListVerb : Verb
{
    public DataListVerb() : base("list", "Lists the data sets that Tern knows: name, task, examples, whether it is on this machine, licence, home.",
        "tern data list", "tern data list --json") => AddShared();

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        if (output.Json)
        {
            output.Document(KnownDatasets.All.Select(set => new
            {
                set.Name,
                set.Title,
                set.Task,
                Classification = set.Config is not null,
                set.Examples,
                Present = set.IsPresent,
                Folder = set.Root(),
                set.Licence,
                set.Home,
                Files = set.Files.Select(file => file.Path),
            }));
            return 0;
        }
        output.Table(["name", "task", ">examples", "where", "licence", "home"], KnownDatasets.All.Select(set => (string[])
            [set.Name, set.Task, set.Examples.ToString("N0", CultureInfo.InvariantCulture), Where(set), set.Licence, set.Home.Split("://")[1]]));
        output.Line($"cache  {DataCache.Folder}");
        output.Line("next   ./tern data get NAME, ./tern data show NAME, ./tern train NAME");
        return 0;
    }

    static string Where(KnownDataset set) => set.IsPresent ? "present" : "absent";
}
