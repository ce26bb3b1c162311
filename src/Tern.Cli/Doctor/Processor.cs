using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Tern.Kernels;
using Tern.Training.Layers;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Tern.Cli.Doctor;

/// <summary>The processor and what the kernels make of it.</summary>
static class Processor
{
    public static Finding Name() => Finding.Ok("processor", $"{Brand()} ({MatrixProductsChoice.Vendor()}, {RuntimeInformation.ProcessArchitecture})");

    public static Finding Threads()
    {
        int threads = Environment.ProcessorCount;
        string cores = Cores() is { } count ? $" on {count} {(count == 1 ? "core" : "cores")}" : "";
        return Finding.Ok("threads", $"{threads}{cores} for this process; --threads takes fewer");
    }

    public static Finding Simd()
    {
        int widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128, used = Kernels.Simd.Bits;
        string? asked = Environment.GetEnvironmentVariable("TERN_SIMD");
        string text = $"{used}-bit vectors; the processor offers {string.Join(", ", Offers().DefaultIfEmpty("no vectors that .NET knows"))}";
        if (asked is not (null or "" or "128" or "256" or "512")) return Finding.Note("vectors", $"{text}; TERN_SIMD={asked} is ignored, expected 128, 256 or 512");
        if (used != widest) return Finding.Note("vectors", $"{text}; TERN_SIMD={asked}, unset it for {widest} bits, its fastest");
        return used == 128 && X86Base.IsSupported ? Finding.Note("vectors", $"{text}; without AVX2 training is a few times slower") : Finding.Ok("vectors", text);
    }

    public static Finding Products()
    {
        string? asked = Environment.GetEnvironmentVariable("TERN_GEMM");
        (MatrixProducts used, MatrixProducts usual) = (MatrixProductsChoice.Current, MatrixProductsChoice.ForThisProcessor());
        string text = $"{Say(used)} matrix products";
        if (asked is not (null or "" or "own" or "libtorch")) return Finding.Note("products", $"{text}; TERN_GEMM={asked} is ignored, expected own or libtorch");
        return used != usual ? Finding.Note("products", $"{text}, as TERN_GEMM says; unset it for {Say(usual)}, this processor's usual choice") : Finding.Ok("products", $"{text}, the choice for this processor");

        static string Say(MatrixProducts products) => products == MatrixProducts.Own ? "Tern's own" : "libtorch's";
    }

    static IEnumerable<string> Offers()
    {
        if (Sse42.IsSupported) yield return "SSE4.2";
        if (Avx.IsSupported) yield return "AVX";
        if (Avx2.IsSupported) yield return "AVX2";
        if (Fma.IsSupported) yield return "FMA";
        if (Avx512F.IsSupported) yield return "AVX-512";
        if (AvxVnni.IsSupported) yield return "VNNI";
        if (Arm.AdvSimd.IsSupported) yield return "AdvSIMD";
        if (Arm.Dp.IsSupported) yield return "dot products";
    }

    /// <summary>The name that the processor gives itself.</summary>
    static string Brand()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004) return "a processor without a name of its own";
        Span<byte> name = stackalloc byte[48];
        for (int part = 0; part < 3; part++)
        {
            var (a, b, c, d) = X86Base.CpuId(unchecked((int)0x80000002) + part, 0);
            MemoryMarshal.Write(name[(16 * part)..], a);
            MemoryMarshal.Write(name[(16 * part + 4)..], b);
            MemoryMarshal.Write(name[(16 * part + 8)..], c);
            MemoryMarshal.Write(name[(16 * part + 12)..], d);
        }
        return Encoding.ASCII.GetString(name).Trim('\0', ' ');
    }

    /// <summary>Cores of the machine; null where the system does not say (it does on Linux).</summary>
    static int? Cores()
    {
        const string Folder = "/sys/devices/system/cpu";
        try
        {
            if (!Directory.Exists(Folder)) return null;
            int cores = Directory.GetDirectories(Folder, "cpu*").Select(cpu => Path.Combine(cpu, "topology", "thread_siblings_list"))
                .Where(File.Exists).Select(File.ReadAllText).Distinct().Count();
            return cores > 0 ? cores : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
