using Tern.Features;

namespace Tern.Core.Tests.Features;

/// <summary>Log-mel frames by their definition, in double precision: a sum for every point of the spectrum, a formula for every weight.</summary>
static class SlowLogMel
{
    /// <summary>The energies before the logarithm, [frame][filters, and energy].</summary>
    public static double[][] Energies(LogMelOptions o, float[] clip)
    {
        int frames = clip.Length == 0 ? 0 : 1;
        while (frames > 0 && (frames - 1) * o.Hop + o.Frame < clip.Length)
            frames++; // until the last sample is in a frame
        return [.. Enumerable.Range(0, frames).Select(t => Frame(o, clip, t * o.Hop))];
    }

    /// <summary>Rows as <see cref="LogMel"/> gives them.</summary>
    public static double[][] Rows(LogMelOptions o, float[] clip)
    {
        double[][] statics = [.. Energies(o, clip).Select(row => row.Select(e => Math.Log(Math.Max(e, o.Floor))).ToArray())];
        double[][] slopes = Slopes(statics), second = Slopes(slopes);
        return [.. statics.Select((row, t) => row.Concat(o.Deltas > 0 ? slopes[t] : []).Concat(o.Deltas > 1 ? second[t] : []).ToArray())];
    }

    static double[] Frame(LogMelOptions o, float[] clip, int start)
    {
        double Sample(int n) => n >= 0 && n < clip.Length ? clip[n] : 0;
        double[] y = new double[o.Frame];
        double energy = 0;
        for (int n = 0; n < o.Frame; n++)
        {
            double cos = Math.Cos(2 * Math.PI * n / o.Frame);
            y[n] = (Sample(start + n) - o.PreEmphasis * Sample(start + n - 1)) * (o.Window == SpectralWindow.Hann ? 0.5 * (1 - cos) : 0.54 - 0.46 * cos);
            energy += Sample(start + n) * Sample(start + n);
        }
        double[] power = new double[o.FftSize / 2 + 1];
        for (int k = 0; k < power.Length; k++)
        {
            double re = 0, im = 0;
            for (int n = 0; n < o.Frame; n++)
            {
                double angle = 2 * Math.PI * ((long)k * n % o.FftSize) / o.FftSize;
                re += y[n] * Math.Cos(angle);
                im -= y[n] * Math.Sin(angle);
            }
            power[k] = (re * re + im * im) / o.FftSize;
        }
        IEnumerable<double> filters = Enumerable.Range(1, o.Filters).Select(m => power.Select((p, k) => p * Weight(o, m, (double)k * o.SampleRate / o.FftSize)).Sum());
        return [.. filters, .. o.Energy ? [energy] : Array.Empty<double>()];
    }

    /// <summary>Weight of filter m, from 1, at a frequency.</summary>
    static double Weight(LogMelOptions o, int m, double f)
    {
        double low = Mel(o.LowFrequency), high = Mel(o.HighFrequency);
        double left = low + (m - 1) * (high - low) / (o.Filters + 1), centre = low + m * (high - low) / (o.Filters + 1), right = low + (m + 1) * (high - low) / (o.Filters + 1);
        if (o.Scale == MelScale.Htk)
            return Triangle(Mel(f), left, centre, right);
        (left, centre, right) = (Hertz(left), Hertz(centre), Hertz(right));
        return Triangle(f, left, centre, right) * 2 / (right - left);

        double Mel(double f) => o.Scale == MelScale.Htk ? 1127.0104 * Math.Log(1 + f / 700) : f < 1000 ? 3 * f / 200 : 15 + 27 * Math.Log(f / 1000) / Math.Log(6.4);
        static double Hertz(double mel) => mel < 15 ? 200 * mel / 3 : 1000 * Math.Pow(6.4, (mel - 15) / 27);
    }

    static double Triangle(double x, double left, double centre, double right) =>
        x <= left || x >= right ? 0 : x < centre ? (x - left) / (centre - left) : (right - x) / (right - centre);

    static double[][] Slopes(double[][] rows)
    {
        double[] At(int t) => rows[Math.Clamp(t, 0, rows.Length - 1)];
        return [.. rows.Select((row, t) => row.Select((_, i) => (At(t + 1)[i] - At(t - 1)[i] + 2 * (At(t + 2)[i] - At(t - 2)[i])) / 10).ToArray())];
    }
}
