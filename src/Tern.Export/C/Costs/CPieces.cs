namespace Tern.Export.C.Costs;

/// <summary>
/// Bytes and cycles of the pieces of C code as compilers make them (gcc-avr 5.4 and arm-none-eabi-gcc 12.2 with -O2): fitted to
/// sizes and cycles that `tern bench mcu --random` measures.
/// </summary>
static class CPieces
{
    static readonly Dictionary<CPiece, double[]> Table = new()
    {
        //                      atmega328p     cortex-m0plus  cortex-m4
        [CPiece.Functions] = [276, 63, 174, 54, 107, 21],
        [CPiece.State] = [8.3, 0, 5.7, 0, 7.4, 0],
        [CPiece.Call] = [15.6, 12.9, 8.9, 16.2, 9.9, 11.1],
        [CPiece.Input] = [40, 20, 34, 13, 30, 9],
        [CPiece.Normalize] = [296, 115, 92, 12.7, 90, 0],
        [CPiece.NormalizeBit] = [0, 16.3, 0.4, 1.6, 0.8, 1.5],
        [CPiece.ShiftBit] = [0, 6.5, 0, 0, 0, 0.2],
        [CPiece.Window] = [30, 14, 16, 8, 16, 5],
        [CPiece.Max] = [7.1, 15.2, 9.8, 11.3, 4, 4.6],
        [CPiece.Mean] = [214, 52, 74, 15.9, 112, 8.8],
        [CPiece.Row] = [176, 0, 89, 15.1, 91, 12.7],
        [CPiece.Multiplier] = [44, 184, 21, 2.1, 9.3, 0],
        [CPiece.Add] = [20, 15.7, 3.9, 4.4, 0.3, 9.5],
        [CPiece.RowLimit] = [57, 39, 30, 1.9, 25, 9.5],
        [CPiece.Weight8] = [75, 66, 4, 13.2, 26, 7.5],
        [CPiece.Weight16] = [91, 73, 54, 10.3, 27, 6.9],
        [CPiece.Listed8] = [0, 49, 59, 28, 11.3, 8.3],
        [CPiece.Listed16] = [118, 94, 76, 29, 39, 9.1],
        [CPiece.LimitFunction] = [0, 0, 0, 0, 0, 0],
        [CPiece.RampFunction] = [60, 0, 0, 0, 0, 0],
        [CPiece.SigmoidFunction] = [295, 0, 70, 0, 60, 0],
        [CPiece.Unit] = [12.9, 0, 20, 6.5, 16, 4.3],
        [CPiece.Load] = [11.7, 0, 4, 2.2, 4, 1.4],
        [CPiece.Parameter] = [8.2, 5.4, 6, 2.9, 5, 2.2],
        [CPiece.Multiply] = [0, 55, 10, 5, 8, 3.6],
        [CPiece.Sum] = [25, 11.5, 4, 2.2, 4, 1.4],
        [CPiece.Shift] = [14.1, 13.7, 2, 0.7, 3, 0.7],
        [CPiece.Limit] = [74, 0, 14, 5, 12, 3.6],
        [CPiece.Ramp] = [40, 50, 18, 6.5, 16, 5],
        [CPiece.Sigmoid] = [33, 168, 8, 35, 8, 24],
        [CPiece.Select] = [0.2, 7.6, 8, 3.6, 8, 2.9],
        [CPiece.Store] = [3.7, 0, 4, 2.2, 4, 1.4],
    };

    /// <summary>Bytes and cycles of a piece; of targets without figures of their own those of the Cortex-M4.</summary>
    public static (double Bytes, double Cycles) Of(CPiece piece, CTarget target)
    {
        int at = target switch { CTarget.Atmega328p => 0, CTarget.CortexM0Plus => 2, _ => 4 };
        return (Table[piece][at], Table[piece][at + 1]);
    }
}
