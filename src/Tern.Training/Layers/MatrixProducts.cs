using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Tern.Training.Layers;

/// <summary>Where the matrix products of a layer run.</summary>
public enum MatrixProducts
{
    /// <summary>Tern's kernels, in blocks between the scans.</summary>
    Own,

    /// <summary>libtorch's, each over the whole sequence.</summary>
    Libtorch,
}

/// <summary>
/// The choice between Tern's and libtorch's products. By processor vendor and instruction set, never by timing: a timed
/// choice would make runs irreproducible. libtorch's MKL is tuned for Intel and takes a generic path on others.
/// </summary>
public static class MatrixProductsChoice
{
    /// <summary>The choice of this process: TERN_GEMM=own|libtorch, else <see cref="ForThisProcessor"/>.</summary>
    public static MatrixProducts Current { get; set; } = Environment.GetEnvironmentVariable("TERN_GEMM") switch
    {
        "own" => MatrixProducts.Own,
        "libtorch" => MatrixProducts.Libtorch,
        _ => ForThisProcessor(),
    };

    /// <summary>libtorch on Intel with AVX2 or more, else Tern's own.</summary>
    public static MatrixProducts ForThisProcessor() => Vendor() == "GenuineIntel" && Avx2.IsSupported ? MatrixProducts.Libtorch : MatrixProducts.Own;

    /// <summary>For example AuthenticAMD; the architecture's name where it is not x86.</summary>
    public static string Vendor()
    {
        if (!X86Base.IsSupported) return RuntimeInformation.ProcessArchitecture.ToString();
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        Span<byte> name = stackalloc byte[12];
        MemoryMarshal.Write(name, b);
        MemoryMarshal.Write(name[4..], d);
        MemoryMarshal.Write(name[8..], c);
        return Encoding.ASCII.GetString(name);
    }
}
