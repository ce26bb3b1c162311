using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli;

/// <summary>
/// Progress on standard error. Where somebody watches: one line that is drawn over, with a bar, the rate, the time
/// left and the last figures. Elsewhere only milestones, as plain lines.
/// </summary>
sealed class ProgressLine(Output output, string title, string unit) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    readonly TextWriter error = output.Terminal.Error;
    readonly bool watched = output.Terminal.ErrorIsWatched;
    long drawn;
    bool open;

    /// <summary>Draws the state, if the last drawing is long enough ago.</summary>
    /// <param name="share">Of the work that is done, 0 to 1.</param>
    /// <param name="rate">Units of work a second; 0 is not shown.</param>
    /// <param name="left">Expected time to the end; null is not shown.</param>
    /// <param name="figures">For example "loss 0.52".</param>
    public void Report(double share, double rate, TimeSpan? left, string figures)
    {
        if (!watched || (open && Stopwatch.GetElapsedTime(drawn) < Pause)) return;
        drawn = Stopwatch.GetTimestamp();
        open = true;
        error.Write("\r" + Fit(share, rate, left, figures, Terminal.Width - 1) + "\e[K");
        error.Flush();
    }

    /// <summary>A line that stays: the end of an epoch, a finished measurement.</summary>
    public void Milestone(string line)
    {
        Clear();
        error.WriteLine($"{title}  {line}");
    }

    public void Dispose() => Clear();

    void Clear()
    {
        if (open) error.Write("\r\e[K");
        open = false;
    }

    /// <summary>What a narrow window has no room for is left out: first the bar, then the rate, then the end of the line.</summary>
    internal string Fit(double share, double rate, TimeSpan? left, string figures, int width)
    {
        string percent = share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal).PadLeft(4);
        string time = left is { } span ? $"  {(int)span.TotalMinutes}:{span.Seconds:00} left" : "";
        string speed = rate > 0 ? $"  {rate.ToString("N0", CultureInfo.InvariantCulture)} {unit}/s" : "";
        string tail = $"  {percent}  {figures}{speed}{time}";
        if (title.Length + tail.Length > width) tail = $"  {percent}  {figures}{time}";
        int room = Math.Min(30, width - title.Length - tail.Length - 2);
        string line = title + (room >= 8 ? "  " + Bar(share, room) : "") + tail;
        return line.Length > width ? line[..width] : line;
    }

    static string Bar(double share, int width)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return new string('━', full) + new string('─', width - full);
    }
}
