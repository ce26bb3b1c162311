using System.Runtime.Intrinsics;

namespace Tern.Features;

/// <summary>A bank of triangular filters, spread evenly over a scale of pitch; each overlaps half of its neighbours.</summary>
sealed class MelFilters
{
    readonly int[] first; // the first bin of each filter
    readonly int[] begin; // where its weights begin, a multiple of 4 of them each
    readonly float[] weights;

    MelFilters(int[] first, int[] begin, float[] weights, int? gap) => (this.first, this.begin, this.weights, Gap) = (first, begin, weights, gap);

    /// <summary>The first filter that no bin falls into; null where there is none.</summary>
    public int? Gap { get; }

    /// <summary>Builds the filters of a bank.</summary>
    /// <param name="options">Checked up to the filters themselves.</param>
    public static MelFilters Of(LogMelOptions options)
    {
        int[] first = new int[options.Filters], begin = new int[options.Filters + 1];
        var weights = new List<float>();
        int? gap = null;
        double binHertz = (double)options.SampleRate / options.FftSize;
        double low = ToMel(options.LowFrequency, options.Scale), step = (ToMel(options.HighFrequency, options.Scale) - low) / (options.Filters + 1);
        for (int filter = 0; filter < options.Filters; filter++)
        {
            double left = Edge(filter), centre = Edge(filter + 1), right = Edge(filter + 2);
            first[filter] = Math.Max(0, (int)(left / binHertz));
            int last = Math.Min(options.FftSize / 2, (int)(right / binHertz) + 1);
            bool any = false;
            for (int bin = first[filter]; bin <= last; bin++)
            {
                double weight = Weight(bin * binHertz, left, centre, right, options.Scale);
                any |= weight > 0;
                weights.Add((float)weight);
            }
            while (weights.Count % Vector128<float>.Count != 0)
                weights.Add(0);
            begin[filter + 1] = weights.Count;
            if (!any)
                gap ??= filter;
        }
        return new(first, begin, [.. weights], gap);

        double Edge(int index) => ToHertz(low + index * step, options.Scale);
    }

    /// <summary>Sums each filter's share of a power spectrum.</summary>
    /// <param name="power">Bins, and at least 4 more numbers that are finite.</param>
    /// <param name="energies">One number a filter.</param>
    public void Apply(ReadOnlySpan<float> power, Span<float> energies)
    {
        for (int filter = 0; filter < first.Length; filter++)
        {
            ReadOnlySpan<float> w = weights.AsSpan(begin[filter]..begin[filter + 1]);
            ReadOnlySpan<float> p = power.Slice(first[filter], w.Length);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int i = 0; i <= w.Length - Vector128<float>.Count; i += Vector128<float>.Count)
                sum += Vector128.Create(w[i..]) * Vector128.Create(p[i..]);
            energies[filter] = Vector128.Sum(sum);
        }
    }

    /// <summary>Each filter's first bin that counts, and its weights from there to the last that does.</summary>
    public IReadOnlyList<(int First, float[] Weights)> Rows() => [.. first.Select((bin, filter) =>
    {
        Span<float> row = weights.AsSpan(begin[filter]..begin[filter + 1]);
        int leading = row.IndexOfAnyExcept(0f);
        return (bin + leading, row.Trim(0f).ToArray());
    })];

    static double Weight(double hertz, double left, double centre, double right, MelScale scale)
    {
        double height = 1;
        if (scale == MelScale.Slaney)
            height = 2 / (right - left);
        else
            (hertz, left, centre, right) = (ToMel(hertz, scale), ToMel(left, scale), ToMel(centre, scale), ToMel(right, scale));
        return height * Math.Max(0, Math.Min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
    }

    static double ToMel(double hertz, MelScale scale) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + hertz / 700),
        _ => hertz < SlaneyBreak ? hertz / SlaneyHertz : SlaneyBreak / SlaneyHertz + Math.Log(hertz / SlaneyBreak) / SlaneyLog,
    };

    static double ToHertz(double mel, MelScale scale) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ => mel < SlaneyBreak / SlaneyHertz ? mel * SlaneyHertz : SlaneyBreak * Math.Exp(SlaneyLog * (mel - SlaneyBreak / SlaneyHertz)),
    };

    // Auditory Toolbox: 13 filters 66.67 Hz apart, whence 200 / 3 Hz a mel; above 1000 Hz 27 filters for a factor of 6.4
    const double SlaneyBreak = 1000, SlaneyHertz = 200.0 / 3;
    static readonly double SlaneyLog = Math.Log(6.4) / 27;
}
