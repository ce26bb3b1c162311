using System.Runtime.Intrinsics;
using Tern.Kernels;

namespace Tern.Cli.Bench;

/// <summary>What a core's multiply-add units give when nothing else is in their way: the bound of every product.</summary>
static class FmaPeak
{
    // multiply-adds in flight: latency (4 or 5 cycles) times units (2)
    const int Chains = 10, Rounds = 2_000_000;

    /// <summary>Floating-point operations a nanosecond, by the vectors that the kernels use.</summary>
    public static double Gflops()
    {
        (Func<float> loop, int lanes) = Simd.Bits switch
        {
            512 => ((Func<float>)Loop512, 16),
            256 => (Loop256, 8),
            _ => (Loop128, 4),
        };
        double milliseconds = new Stopclock(cpuTime: true).Medians([() => loop()], 5, TimeSpan.MaxValue, CancellationToken.None)[0];
        return 2.0 * lanes * Chains * Rounds / milliseconds / 1e6;
    }

    static float Loop512()
    {
        Vector512<float> m = Vector512.Create(0.999f), a0 = m, a1 = m, a2 = m, a3 = m, a4 = m, a5 = m, a6 = m, a7 = m, a8 = m, a9 = m;
        for (int i = 0; i < Rounds; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(a0, m, m); a1 = Vector512.FusedMultiplyAdd(a1, m, m); a2 = Vector512.FusedMultiplyAdd(a2, m, m);
            a3 = Vector512.FusedMultiplyAdd(a3, m, m); a4 = Vector512.FusedMultiplyAdd(a4, m, m); a5 = Vector512.FusedMultiplyAdd(a5, m, m);
            a6 = Vector512.FusedMultiplyAdd(a6, m, m); a7 = Vector512.FusedMultiplyAdd(a7, m, m); a8 = Vector512.FusedMultiplyAdd(a8, m, m);
            a9 = Vector512.FusedMultiplyAdd(a9, m, m);
        }
        return (a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9)[0];
    }

    static float Loop256()
    {
        Vector256<float> m = Vector256.Create(0.999f), a0 = m, a1 = m, a2 = m, a3 = m, a4 = m, a5 = m, a6 = m, a7 = m, a8 = m, a9 = m;
        for (int i = 0; i < Rounds; i++)
        {
            a0 = Vector256.FusedMultiplyAdd(a0, m, m); a1 = Vector256.FusedMultiplyAdd(a1, m, m); a2 = Vector256.FusedMultiplyAdd(a2, m, m);
            a3 = Vector256.FusedMultiplyAdd(a3, m, m); a4 = Vector256.FusedMultiplyAdd(a4, m, m); a5 = Vector256.FusedMultiplyAdd(a5, m, m);
            a6 = Vector256.FusedMultiplyAdd(a6, m, m); a7 = Vector256.FusedMultiplyAdd(a7, m, m); a8 = Vector256.FusedMultiplyAdd(a8, m, m);
            a9 = Vector256.FusedMultiplyAdd(a9, m, m);
        }
        return (a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9)[0];
    }

    static float Loop128()
    {
        Vector128<float> m = Vector128.Create(0.999f), a0 = m, a1 = m, a2 = m, a3 = m, a4 = m, a5 = m, a6 = m, a7 = m, a8 = m, a9 = m;
        for (int i = 0; i < Rounds; i++)
        {
            a0 = Vector128.FusedMultiplyAdd(a0, m, m); a1 = Vector128.FusedMultiplyAdd(a1, m, m); a2 = Vector128.FusedMultiplyAdd(a2, m, m);
            a3 = Vector128.FusedMultiplyAdd(a3, m, m); a4 = Vector128.FusedMultiplyAdd(a4, m, m); a5 = Vector128.FusedMultiplyAdd(a5, m, m);
            a6 = Vector128.FusedMultiplyAdd(a6, m, m); a7 = Vector128.FusedMultiplyAdd(a7, m, m); a8 = Vector128.FusedMultiplyAdd(a8, m, m);
            a9 = Vector128.FusedMultiplyAdd(a9, m, m);
        }
        return (a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9)[0];
    }
}
