using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// Long Short-Term Memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000):
/// i, f, o = sigma(W x + U h_prev + b), g = tanh(W_g x + U_g h_prev + b_g), c = f c_prev + i g, h = o tanh c.
/// With peepholes (Gers and Schmidhuber 2000) i and f also see p c_prev, and o sees p c.
/// </summary>
/// <typeparam name="TPeephole">Whether the gates see c.</typeparam>
/// <typeparam name="TZoneout">Whether h moves to its new value at some steps only (c always does).</typeparam>
/// <typeparam name="THighway">Whether x' goes past the cell.</typeparam>
public readonly struct Lstm<TPeephole, TZoneout, THighway> : ICell
    where TPeephole : struct, IPeephole where TZoneout : struct, IZoneout where THighway : struct, ILstmHighway
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new(
        $"Lstm{(TPeephole.Present ? nameof(Peephole) : "")}{(TZoneout.Present ? nameof(Zoneout) : "")}{(THighway.Present ? nameof(Highway) : "")}",
        Input: ["i", "f", "g", "o", .. THighway.Present ? (string[])["r"] : []],
        Vectors: ["b_i", "b_f", "b_g", "b_o", .. TPeephole.Present ? (string[])["p_i", "p_f", "p_o"] : [], .. THighway.Present ? (string[])["b_r"] : []],
        State: ["h", "c"])
    {
        Recurrent = ["i", "f", "g", "o", .. THighway.Present ? (string[])["r"] : []],
        Skip = THighway.Present,
        Zoneout = TZoneout.Present,
        Constants = TZoneout.Present ? ["keep"] : [],
    };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T c = a.S1;
        T i = T.Sigmoid(TPeephole.Present ? a.X0 + a.P0 + a.P4 * c : a.X0 + a.P0);
        T f = T.Sigmoid(TPeephole.Present ? a.X1 + a.P1 + a.P5 * c : a.X1 + a.P1);
        T g = T.Tanh(a.X2 + a.P2);
        a.S1 = c = f * c + i * g;
        T h = T.Sigmoid(TPeephole.Present ? a.X3 + a.P3 + a.P6 * c : a.X3 + a.P3) * T.Tanh(c);
        if (THighway.Present) h = a.Skip + T.Sigmoid(a.X4 + (TPeephole.Present ? a.P7 : a.P4)) * (h - a.Skip);
        a.S0 = TZoneout.Present ? a.S0 + a.Keep * (h - a.S0) : h;
        return THighway.Present ? a.Skip + a.Mask * (a.S0 - a.Skip) : a.S0 * a.Mask;
    }
}
