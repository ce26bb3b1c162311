using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Gated Recurrent Unit (Cho et al. 2014), with the reset gate after the product as in cuDNN and PyTorch:
/// r = sigma(W_r x + U_r h_prev + b_r), z = sigma(W_z x + U_z h_prev + b_z),
/// n = tanh(W_n x + b_n + r (U_n h_prev + b_hn)), h = (1 - z) n + z h_prev.
/// </summary>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct Gru<TZoneout> : ICell where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"Gru{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["n", "r", "z"], Vectors: ["b_n", "b_r", "b_z", "b_hn"], State: ["h"])
    {
        Recurrent = ["r", "z", "hn"],
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T r = T.Sigmoid(a.X1 + a.P1), z = T.Sigmoid(a.X2 + a.P2), n = T.Tanh(a.X0 + a.P0 + r * (a.U0 + a.P3));
        T h = n + z * (a.S0 - n);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}

/// <summary>
/// The GRU with the reset gate before the product, as Cho et al. 2014 (eq. 5-8) and EdgeML have it. First phase:
/// r = sigma(W_r x + U_r h_prev + b_r); its output r h_prev is what U_h multiplies.
/// </summary>
public readonly struct GruReset : ICell
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new("GruReset", Input: ["r"], Vectors: ["b_r"], State: ["h"]) { Recurrent = ["r"] };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T> => T.Sigmoid(a.X0 + a.P0) * a.S0;
}

/// <summary>
/// Its second phase: z = sigma(W_z x + U_z h_prev + b_z), h~ = tanh(W_h x + U_h (r h_prev) + b_h), h = (1 - z) h~ + z h_prev.
/// </summary>
/// <typeparam name="TZoneout">Whether h moves to that value at some steps only.</typeparam>
public readonly struct GruUpdate<TZoneout> : ICell where TZoneout : struct, IZoneout
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"GruUpdate{(TZoneout.Present ? nameof(Zoneout) : "")}", Input: ["z", "h"], Vectors: ["b_z", "b_h"], State: ["h"])
    {
        Recurrent = ["z", "h"],
        Linked = ["h"],
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T z = T.Sigmoid(a.X0 + a.P0), candidate = T.Tanh(a.X1 + a.P1);
        T h = candidate + z * (a.S0 - candidate);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return a.S0 * a.Mask;
    }
}
