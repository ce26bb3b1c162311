using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// IndRNN (Li et al. 2018, "Independently Recurrent Neural Network", eq. 2): h = g(W x + u h_prev + b), where each unit
/// sees its own past alone. |u| above 1 lets a unit grow without bound where g does: keep gradients clipped.
/// </summary>
/// <typeparam name="TG">g: ReLU in the paper, tanh in other implementations.</typeparam>
public readonly struct IndRnn<TG> : ICell where TG : struct, INonlinearity
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"IndRnn{typeof(TG).Name}", Input: ["h"], Vectors: ["b", "u"], State: ["h"]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T h = a.S0 = TG.Of(a.X0 + a.P0 + a.P1 * a.S0);
        return h * a.Mask;
    }
}
