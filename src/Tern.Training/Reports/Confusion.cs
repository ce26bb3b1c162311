using System.Globalization;
using System.Text;

namespace Tern.Training.Reports;

/// <summary>The confusion matrix as a table: shares of a class's texts give the cells their depth.</summary>
static class Confusion
{
    /// <summary>With more classes the table is no longer read: the worst pairs are listed instead.</summary>
    const int MostClasses = 40;

    public static string Html(TrainResult run) => run.Labels.Count <= MostClasses ? Matrix(run) : WorstPairs(run);

    static string Matrix(TrainResult run)
    {
        int classes = run.Labels.Count;
        var html = new StringBuilder("<div class=\"scroll\"><table class=\"confusion\"><thead><tr><th>texts of ↓ taken for →</th>");
        foreach (string label in run.Labels) html.Append($"<th><span>{Markup.Text(label)}</span></th>");
        html.Append("<th><span>recall</span></th></tr></thead><tbody>");
        for (int actual = 0; actual < classes; actual++)
        {
            int texts = Enumerable.Range(0, classes).Sum(predicted => run.Confusion[actual, predicted]);
            html.Append($"<tr><th>{Markup.Text(run.Labels[actual])}</th>");
            for (int predicted = 0; predicted < classes; predicted++)
            {
                int count = run.Confusion[actual, predicted];
                // the root lets a few mistakes be seen beside the diagonal
                string depth = (texts == 0 ? 0 : 0.75 * Math.Sqrt((double)count / texts)).ToString("0.###", CultureInfo.InvariantCulture);
                string title = Markup.Text($"{count} of {texts} texts of {run.Labels[actual]} taken for {run.Labels[predicted]}");
                html.Append($"<td style=\"background:rgba(var(--accent),{depth})\" title=\"{title}\">{(count == 0 ? "" : Markup.Count(count))}</td>");
            }
            html.Append($"<td class=\"unit\">{(texts == 0 ? "–" : Markup.Percent((double)run.Confusion[actual, actual] / texts))}</td></tr>");
        }
        return html.Append("</tbody></table></div>").ToString();
    }

    static string WorstPairs(TrainResult run)
    {
        var pairs =
            from actual in Enumerable.Range(0, run.Labels.Count)
            from predicted in Enumerable.Range(0, run.Labels.Count)
            where actual != predicted && run.Confusion[actual, predicted] > 0
            orderby run.Confusion[actual, predicted] descending
            select (string[])[Markup.Text(run.Labels[actual]), Markup.Text(run.Labels[predicted]), Markup.Count(run.Confusion[actual, predicted])];
        return Markup.Table("", ["texts of", "taken for", "texts"], pairs.Take(MostClasses));
    }
}
