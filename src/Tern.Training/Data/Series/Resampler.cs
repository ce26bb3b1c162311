namespace Tern.Training.Data.Series;

/// <summary>
/// Changes the sample rate of sound by band-limited interpolation with a Kaiser-windowed sinc (J. O. Smith and P. Gossett,
/// "A flexible sampling-rate conversion method", ICASSP 1984).
/// </summary>
static class Resampler
{
    /// <summary>Zero crossings of the sinc on each side.</summary>
    const int Crossings = 32;

    /// <summary>Entries of the table from one zero crossing to the next; between them it is interpolated linearly.</summary>
    const int Resolution = 512;

    /// <summary>Shape of the Kaiser window: side lobes of -90 dB.</summary>
    const double Beta = 9;

    /// <summary>Cut-off as a share of the lower of the two Nyquist frequencies; the rest is the filter's slope.</summary>
    const double Rolloff = 0.94;

    static readonly float[] Table = MakeTable();

    /// <summary>Samples at another rate; as long in seconds, at least one sample.</summary>
    public static float[] Resample(float[] samples, int from, int to)
    {
        if (from == to)
            return samples;
        long length = ((long)samples.Length * to + from - 1) / from;
        if (length > Array.MaxLength)
            throw new TernException($"{samples.Length} samples become {length} at {to} a second; expected at most {Array.MaxLength}, choose a lower data.series.sample_rate.");
        double cutoff = Rolloff * Math.Min(1, (double)to / from); // of the input's Nyquist frequency
        double reach = Crossings / cutoff;
        float[] result = new float[length];
        for (long n = 0; n < length; n++)
        {
            double time = (double)n * from / to;
            int first = Math.Max(0, (int)Math.Ceiling(time - reach)), last = Math.Min(samples.Length - 1, (int)(time + reach));
            double sum = 0;
            for (int i = first; i <= last; i++)
                sum += samples[i] * Kernel(Math.Abs(time - i) * cutoff);
            result[n] = (float)(sum * cutoff);
        }
        return result;
    }

    static double Kernel(double crossings)
    {
        double at = crossings * Resolution;
        int entry = (int)at;
        return entry + 1 < Table.Length ? Table[entry] + (at - entry) * (Table[entry + 1] - Table[entry]) : 0;
    }

    static float[] MakeTable()
    {
        float[] table = new float[Crossings * Resolution + 1];
        for (int i = 0; i < table.Length; i++)
        {
            double x = (double)i / Resolution, edge = x / Crossings;
            double sinc = i == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
            table[i] = (float)(sinc * BesselI0(Beta * Math.Sqrt(1 - edge * edge)) / BesselI0(Beta));
        }
        return table;
    }

    /// <summary>The modified Bessel function of order 0, by its series.</summary>
    static double BesselI0(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
