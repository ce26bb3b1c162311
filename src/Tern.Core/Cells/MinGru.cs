using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// minGRU (Feng et al. 2024, "Were RNNs All We Needed?", section 3.1): z = sigma(W_z x), h~ = g(W_h x),
/// h = (1 - z) h_prev + z h~; g is the identity, or <see cref="Positive"/>. Biases as in the authors' linear layers.
/// </summary>
/// <typeparam name="TG">g.</typeparam>
public readonly struct MinGru<TG> : ICell where TG : struct, INonlinearity
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"MinGru{typeof(TG).Name}", Input: ["h", "z"], Vectors: ["b_h", "b_z"], State: ["h"]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T z = T.Sigmoid(a.X1 + a.P1);
        T h = a.S0 = a.S0 + z * (TG.Of(a.X0 + a.P0) - a.S0);
        return h * a.Mask;
    }
}
