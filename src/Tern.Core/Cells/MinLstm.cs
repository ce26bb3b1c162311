using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// minLSTM (Feng et al. 2024, "Were RNNs All We Needed?", section 3.2, the form that keeps its scale): f = sigma(W_f x),
/// i = sigma(W_i x), h~ = g(W_h x), h = (f h_prev + i h~) / (f + i). Biases as in the authors' linear layers.
/// </summary>
/// <typeparam name="TG">g: the identity, or <see cref="Positive"/>.</typeparam>
public readonly struct MinLstm<TG> : ICell where TG : struct, INonlinearity
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"MinLstm{typeof(TG).Name}", Input: ["h", "f", "i"], Vectors: ["b_h", "b_f", "b_i"], State: ["h"]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T f = T.Sigmoid(a.X1 + a.P1), i = T.Sigmoid(a.X2 + a.P2);
        T h = a.S0 = a.S0 + i * (TG.Of(a.X0 + a.P0) - a.S0) / (f + i);
        return h * a.Mask;
    }
}
