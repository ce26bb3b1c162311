using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// FastGRNN (Kusupati et al. 2018, "FastGRNN: A Fast, Accurate, Stable and Tiny Kilobyte Sized Gated Recurrent Neural
/// Network", eq. 3-5): z = sigma(W x + U h_prev + b_z), h~ = g(W x + U h_prev + b_h),
/// h = (zeta (1 - z) + nu) h~ + z h_prev. Gate and candidate share W and U; zeta and nu are numbers of the whole layer.
/// </summary>
/// <typeparam name="TGate">sigma, or what stands for it.</typeparam>
/// <typeparam name="TUpdate">g.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct FastGrnn<TGate, TUpdate, TZoneout> : ICell
    where TGate : struct, INonlinearity where TUpdate : struct, INonlinearity where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"FastGrnn{typeof(TGate).Name}{typeof(TUpdate).Name}{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["w"], Vectors: ["b_z", "b_h"], State: ["h"])
    {
        Recurrent = ["w"],
        Scalars = ["zeta", "nu"],
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T z = TGate.Of(a.X0 + a.P0), candidate = TUpdate.Of(a.X0 + a.P1);
        T h = (a.Q0 * (T.Const(1) - z) + a.Q1) * candidate + z * a.S0;
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}
