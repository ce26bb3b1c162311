using System.CommandLine;

namespace Tern.Cli.Verbs;

/// <summary>`tern data`: which data sets there are, and what is in them.</summary>
sealed class DataVerbs : Command
{
    public DataVerbs() : base("data", "Lists, fetches and shows data sets.")
    {
        Add(new DataListVerb());
        Add(new DataGetVerb());
        Add(new DataShowVerb());
    }
}
