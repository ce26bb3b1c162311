using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>The plain recurrent network (Elman 1990, "Finding Structure in Time"): h = g(W x + U h_prev + b).</summary>
/// <typeparam name="TG">g.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct Rnn<TG, TZoneout> : ICell where TG : struct, INonlinearity where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"Rnn{typeof(TG).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["h"], Vectors: ["b"], State: ["h"])
    {
        Recurrent = ["h"],
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T h = TG.Of(a.X0 + a.P0);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}
