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
        [CPiece.Functions] = [325, 40, 260, 50, 218, 40],
        [CPiece.State] = [6, 0, 6, 0, 6, 0],
        [CPiece.Call] = [8, 10, 8, 12, 6, 8],
        [CPiece.Input] = [40, 20, 34, 13, 30, 9],
        [CPiece.Normalize] = [270, 150, 60, 30, 50, 22],
        [CPiece.NormalizeBit] = [0, 14, 0, 0, 0, 0],
        [CPiece.Window] = [30, 14, 16, 8, 16, 5],
        [CPiece.Max] = [36, 20, 20, 10, 16, 7],
        [CPiece.Mean] = [130, 34, 90, 13, 70, 9],
        [CPiece.Row] = [60, 60, 40, 35, 36, 22],
        [CPiece.Multiplier] = [40, 60, 14, 6, 12, 5],
        [CPiece.Add] = [10, 8, 6, 4, 6, 3],
        [CPiece.RowLimit] = [20, 40, 12, 8, 12, 6],
        [CPiece.Weight8] = [80, 50, 30, 12, 28, 8],
        [CPiece.Weight16] = [90, 60, 30, 12, 28, 8],
        [CPiece.Listed8] = [90, 60, 36, 16, 34, 11],
        [CPiece.Listed16] = [100, 66, 36, 16, 34, 11],
        [CPiece.LimitFunction] = [60, 0, 0, 0, 0, 0],
        [CPiece.RampFunction] = [60, 0, 0, 0, 0, 0],
        [CPiece.SigmoidFunction] = [120, 0, 70, 0, 60, 0],
        [CPiece.Unit] = [30, 20, 20, 6.5, 16, 4.3],
        [CPiece.Load] = [6, 6, 4, 2.2, 4, 1.4],
        [CPiece.Parameter] = [8, 10, 6, 2.9, 5, 2.2],
        [CPiece.Multiply] = [30, 60, 10, 5, 8, 3.6],
        [CPiece.Sum] = [12, 12, 4, 2.2, 4, 1.4],
        [CPiece.Shift] = [6, 10, 2, 0.7, 3, 0.7],
        [CPiece.Limit] = [20, 40, 14, 5, 12, 3.6],
        [CPiece.Ramp] = [40, 50, 18, 6.5, 16, 5],
        [CPiece.Sigmoid] = [10, 120, 8, 34.6, 8, 24.5],
        [CPiece.Select] = [14, 12, 8, 3.6, 8, 2.9],
        [CPiece.Store] = [6, 6, 4, 2.2, 4, 1.4],
    };

    /// <summary>Bytes and cycles of a piece; of targets without figures of their own those of the Cortex-M4.</summary>
    public static (double Bytes, double Cycles) Of(CPiece piece, CTarget target)
    {
        int at = target switch { CTarget.Atmega328p => 0, CTarget.CortexM0Plus => 2, _ => 4 };
        return (Table[piece][at], Table[piece][at + 1]);
    }
}
