using Tern.Kernels;

namespace Tern.Matrices;

/// <summary>
/// Writes lanes of sums times their scales, or what of them lies within the outputs. Sums come through memory: passed as
/// vectors, to a call that is not inlined, they would lie in memory all through the loop that adds them up.
/// </summary>
static unsafe class LaneStore<V, O> where V : struct where O : struct, IRegister<V>
{
    public static void Put(float* sums, float* scales, int outputs, float* y, bool accumulate)
    {
        int i = 0;
        for (; i <= outputs - O.Width; i += O.Width)
            O.Store(O.Fma(O.Load(sums + i), O.Load(scales + i), accumulate ? O.Load(y + i) : O.Zero), y + i);
        for (; i < outputs; i++)
            y[i] = accumulate ? float.MultiplyAddEstimate(sums[i], scales[i], y[i]) : sums[i] * scales[i];
    }
}
