using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Tern.Training.Reports;

/// <summary>Pieces of HTML, and numbers as the report prints them.</summary>
static class Markup
{
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Text(string text) => Encoder.Encode(text);

    /// <summary>A table; cells are HTML.</summary>
    public static string Table(string kind, IEnumerable<string> headings, IEnumerable<IEnumerable<string>> rows)
    {
        var html = new StringBuilder($"<div class=\"scroll\"><table class=\"{kind}\"><thead><tr>");
        foreach (string heading in headings) html.Append($"<th>{heading}</th>");
        html.Append("</tr></thead><tbody>");
        foreach (IEnumerable<string> row in rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append($"<td>{cell}</td>");
            html.Append("</tr>");
        }
        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>0.853 as 85.3 %.</summary>
    public static string Percent(double share) => Invariant($"{100 * share:0.0} %");

    public static string Seconds(double seconds) => seconds >= 100 ? Invariant($"{seconds:0} s") : seconds >= 1 ? Invariant($"{seconds:0.0} s") : Invariant($"{seconds:0.00} s");

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000 => Invariant($"{bytes / 1e6:0.0} MB"),
        >= 1000 => Invariant($"{bytes / 1e3:0.0} KB"),
        _ => $"{bytes} B",
    };

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
