using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>
/// A leaky unit of fixed decay: c = decay c_prev + (1 - decay) W x, h = g(c + b). No gate and nothing recurrent that is
/// trained: what an exponential average of the input can do (Mozer 1993; Jaeger et al. 2007, leaky integrators).
/// </summary>
/// <typeparam name="TG">g.</typeparam>
public readonly struct Leaky<TG> : ICell where TG : struct, INonlinearity
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"Leaky{typeof(TG).Name}", Input: ["c"], Vectors: ["b"], State: ["c"]) { Constants = ["decay"] };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T>
    {
        T c = a.S0 = a.X0 + a.Q0 * (a.S0 - a.X0);
        return TG.Of(c + a.P0) * a.Mask;
    }
}
