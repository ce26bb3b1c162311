using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// LSTM whose gates see the input alone, "LSTM (remove h)" in Table 6 of the SRU paper (Lei et al., ICLR 2018 submission):
/// i, f, o = sigma(W x + b), c~ = tanh(W_c x + b_c), c = f c_prev + i c~, h = o tanh(c); with a highway (Srivastava et al.
/// 2015) h = o tanh(c) + (1 - o) x', where o is the transform gate, as r is in the SRU.
/// </summary>
/// <typeparam name="TOutput"><see cref="NoHighway"/> or <see cref="Highway"/>.</typeparam>
public readonly struct InputLstm<TOutput> : ICell where TOutput : struct, ISruOutput
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"InputLstm{typeof(TOutput).Name}", Input: ["c", "i", "f", "o"], Vectors: ["b_c", "b_i", "b_f", "b_o"], State: ["c"]) { Skip = TOutput.HasSkip };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T i = T.Sigmoid(a.X1 + a.P1), f = T.Sigmoid(a.X2 + a.P2), o = T.Sigmoid(a.X3 + a.P3);
        T c = a.S0 = f * a.S0 + i * T.Tanh(a.X0 + a.P0);
        return TOutput.Of(T.Tanh(c), o, ref a);
    }
}
