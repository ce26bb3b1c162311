using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// IndRNN (Li et al. 2018, "Independently Recurrent Neural Network", eq. 2): h = g(W x + u h_prev + b), where each unit
/// sees its own past alone. |u| above 1 lets a unit grow without bound where g does: keep gradients clipped. With zoneout
/// (Krueger et al. 2017, eq. 5) h moves to that value at some steps only.
/// </summary>
/// <typeparam name="TG">g: ReLU in the paper, tanh in other implementations.</typeparam>
/// <typeparam name="TZoneout">Whether there is zoneout.</typeparam>
public readonly struct IndRnn<TG, TZoneout> : ICell where TG : struct, INonlinearity where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"IndRnn{typeof(TG).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["h"], Vectors: ["b", "u"], State: ["h"])
    { Zoneout = TZoneout.Present, Constants = TZoneout.Present ? ["keep"] : [] };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T h = TG.Of(a.X0 + a.P0 + a.P1 * a.S0);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}
