using System.Runtime.CompilerServices;

namespace Tern.Cells;

/// <summary>The plain recurrent network (Elman 1990, "Finding Structure in Time"): h = g(W x + U h_prev + b).</summary>
/// <typeparam name="TG">g.</typeparam>
public readonly struct Rnn<TG> : ICell where TG : struct, INonlinearity
{
    /// <inheritdoc/>
    public static CellSpec Spec { get; } = new($"Rnn{typeof(TG).Name}", Input: ["h"], Vectors: ["b"], State: ["h"]) { Recurrent = ["h"] };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(ref Lane<T> a) where T : struct, IReal<T> => (a.S0 = TG.Of(a.X0 + a.P0)) * a.Mask;
}
