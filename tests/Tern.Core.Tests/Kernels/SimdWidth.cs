using Tern.Kernels;

namespace Tern.Core.Tests.Kernels;

/// <summary>Sets the vector width until disposed. Wider ones than the processor has run in software.</summary>
sealed class SimdWidth : IDisposable
{
    readonly int before = Simd.Bits;

    public SimdWidth(int bits) => Simd.Bits = bits;

    public void Dispose() => Simd.Bits = before;
}
