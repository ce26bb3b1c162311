using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli;

/// <summary>
/// Progress on standard error. Where somebody watches: one line that is drawn over, with a bar, the rate, the time
/// left and the last figures. Elsewhere: a plain line when <see cref="Milestone"/> says so.
/// </summary>
sealed class ProgressLine(Output output, string title, string unit) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    readonly TextWriter error = output.Terminal.Error;
    readonly bool watched = output.Terminal.ErrorIsWatched;
    readonly long start = Stopwatch.GetTimestamp();
    long drawn;
    bool open;

    /// <summary>Draws the state if the last drawing is long enough ago. <paramref name="figures"/> is for example "loss 0.52".</summary>
    public void Report(double done, double total, string figures)
    {
        if (!watched || (open && Stopwatch.GetElapsedTime(drawn) < Pause)) return;
        drawn = Stopwatch.GetTimestamp();
        open = true;
        error.Write("\r" + Fit(done, total, figures, Terminal.Width - 1) + "\e[K");
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
    string Fit(double done, double total, string figures, int width)
    {
        double share = total > 0 ? Math.Clamp(done / total, 0, 1) : 0, seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string percent = share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "").PadLeft(4);
        string left = share > 0.01 ? "  " + Clock(seconds * (1 - share) / share) + " left" : "";
        string rate = unit.Length > 0 && seconds > 0.5 ? $"  {(done / seconds).ToString("N0", CultureInfo.InvariantCulture)} {unit}/s" : "";
        string shown = $"{title}  {percent}  {figures}{rate}{left}";
        if (shown.Length > width) shown = $"{title}  {percent}  {figures}{left}";
        int room = Math.Min(30, width - shown.Length - 2);
        if (room >= 8) shown = $"{title}  {Bar(share, room)}" + shown[(title.Length + 1)..];
        return shown.Length > width ? shown[..width] : shown;
    }

    static string Bar(double share, int width)
    {
        int full = (int)Math.Round(share * width);
        return new string('━', full) + new string('─', width - full);
    }

    static string Clock(double seconds) => $"{(int)seconds / 60}:{(int)seconds % 60:00}";
}
