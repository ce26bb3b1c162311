namespace Tern.Cli.Fit;

/// <summary>Names in the folder of a search.</summary>
static class FitFolder
{
    /// <summary>The search and how far it has come.</summary>
    public const string State = "fit.json";

    /// <summary>The model that was found; also that of a trial.</summary>
    public const string Model = "best.safetensors";

    /// <summary>Chart and table of all that was tried.</summary>
    public const string Page = "fit.html";

    /// <summary>The found model as C.</summary>
    public const string Code = "c";
}
