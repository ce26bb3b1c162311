using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Update Gate RNN (Collins, Sohl-Dickstein, Sussillo 2017, "Capacity and Trainability in Recurrent Neural Networks",
/// section 2.2): z = sigma(W_z x + U_z h_prev + b_z), h~ = g(W_h x + U_h h_prev + b_h), h = z h_prev + (1 - z) h~.
/// </summary>
/// <typeparam name="TG">g.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct Ugrnn<TG, TZoneout> : ICell where TG : struct, INonlinearity where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"Ugrnn{typeof(TG).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["z", "h"], Vectors: ["b_z", "b_h"], State: ["h"])
    {
        Recurrent = ["z", "h"],
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T z = T.Sigmoid(a.X0 + a.P0), candidate = TG.Of(a.X1 + a.P1);
        T h = candidate + z * (a.S0 - candidate);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}
