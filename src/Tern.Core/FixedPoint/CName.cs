namespace Tern.FixedPoint;

/// <summary>Names of modules and parts as C identifiers.</summary>
static class CName
{
    public static string Of(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
