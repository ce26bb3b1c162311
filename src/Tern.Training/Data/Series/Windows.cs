using System.Runtime.InteropServices;

namespace Tern.Training.Data.Series;

/// <summary>Cuts recordings into the series that a model reads.</summary>
static class Windows
{
    /// <summary>
    /// Adds a recording as one series, or its windows; steps at the end that do not fill a window are left out.
    /// </summary>
    /// <param name="values">[steps, channels] of the recording.</param>
    /// <param name="channels">Numbers of a step.</param>
    /// <param name="label">Class of the recording.</param>
    /// <param name="group">Its group, or empty.</param>
    /// <param name="origin">Where it stands.</param>
    /// <param name="config">Window, stride and steps kept.</param>
    /// <param name="examples">Where the series are added.</param>
    public static void Cut(List<float> values, int channels, string label, string group, ExampleOrigin origin, DataConfig config, List<SeriesExample> examples)
    {
        ReadOnlySpan<float> recording = CollectionsMarshal.AsSpan(values);
        int steps = recording.Length / channels;
        int window = config.Series.Window == 0 ? steps : config.Series.Window;
        int stride = config.Series.Stride == 0 ? window : config.Series.Stride;
        int kept = config.MaxLength == 0 ? window : Math.Min(window, config.MaxLength);
        if (steps == 0)
            return;
        for (long start = 0; start + window <= steps; start += stride)
            examples.Add(new(recording.Slice((int)start * channels, kept * channels).ToArray(), channels, label) { Group = group, Origin = origin });
    }
}
