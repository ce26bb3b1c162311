using System.Runtime.Intrinsics;

namespace Tern.Kernels;

/// <summary>The vector width that kernels use in this process.</summary>
public static class Simd
{
    /// <summary>128, 256 or 512. The widest that the processor has, or what TERN_SIMD asks for (a wider one than the processor has works, slowly).</summary>
    public static int Bits { get; internal set; } = Environment.GetEnvironmentVariable("TERN_SIMD") switch
    {
        "128" => 128,
        "256" => 256,
        "512" => 512,
        _ => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
    };
}
