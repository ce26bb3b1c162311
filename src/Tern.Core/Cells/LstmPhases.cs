using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// The first phase of an LSTM whose state is layer-normalised before the output (Ba et al. 2016, "Layer Normalization",
/// supplement eq. 20-22): i, f = sigma(W x + U h_prev + b), g = tanh(W_g x + U_g h_prev + b_g), c = f c_prev + i g.
/// </summary>
/// <typeparam name="TPeephole">Whether i and f also see c_prev.</typeparam>
public readonly struct LstmState<TPeephole> : ICell where TPeephole : struct, IPeephole
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"LstmState{(TPeephole.Present ? nameof(Peephole) : "")}",
        Input: ["i", "f", "g"], Vectors: ["b_i", "b_f", "b_g", .. TPeephole.Present ? (string[])["p_i", "p_f"] : []], State: ["c"])
    {
        Recurrent = ["i", "f", "g"],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T c = a.S0;
        T i = T.Sigmoid(TPeephole.Present ? a.X0 + a.P0 + a.P3 * c : a.X0 + a.P0);
        T f = T.Sigmoid(TPeephole.Present ? a.X1 + a.P1 + a.P4 * c : a.X1 + a.P1);
        return a.S0 = f * c + i * T.Tanh(a.X2 + a.P2);
    }
}

/// <summary>Its second phase, with n the normalised c: o = sigma(W_o x + U_o h_prev + b_o), h = o tanh n.</summary>
/// <typeparam name="TPeephole">Whether o also sees n.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to its new value at some steps only.</typeparam>
/// <typeparam name="THighway">Whether x' goes past the cell.</typeparam>
public readonly struct LstmOutput<TPeephole, TZoneout, THighway> : ICell
    where TPeephole : struct, IPeephole where TZoneout : struct, IZoneout where THighway : struct, ILstmHighway
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"LstmOutput{(TPeephole.Present ? nameof(Peephole) : "")}{(TZoneout.Present ? nameof(Zoneout) : "")}{(THighway.Present ? nameof(Highway) : "")}",
        Input: ["o", .. THighway.Present ? (string[])["r"] : []],
        Vectors: ["b_o", .. TPeephole.Present ? (string[])["p_o"] : [], .. THighway.Present ? (string[])["b_r"] : []],
        State: ["h"])
    {
        Recurrent = ["o", .. THighway.Present ? (string[])["r"] : [], "n"],
        Normalised = "n",
        Skip = THighway.Present,
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T h = T.Sigmoid(TPeephole.Present ? a.X0 + a.P0 + a.P1 * a.U0 : a.X0 + a.P0) * T.Tanh(a.U0);
        if (THighway.Present) h = a.Skip + T.Sigmoid(a.X1 + (TPeephole.Present ? a.P2 : a.P1)) * (h - a.Skip);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return THighway.Present ? a.Skip + a.Mask * (a.S0 - a.Skip) : a.S0 * a.Mask;
    }
}
