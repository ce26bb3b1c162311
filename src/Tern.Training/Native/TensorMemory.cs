using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Native;

/// <summary>Raw memory of tensors (TorchSharp's own accessors take 0.1 to 1.5 us a call; this takes 20 ns).</summary>
public static unsafe class TensorMemory
{
    static readonly delegate* unmanaged[Cdecl]<nint, nint> Data =
        (delegate* unmanaged[Cdecl]<nint, nint>)TorchRuntime.Export("THSTensor_data");

    /// <summary>
    /// The first element of a contiguous float tensor on the CPU. The pointer does not keep the tensor alive: use
    /// <see cref="GC.KeepAlive"/> after the last access where nothing else does.
    /// </summary>
    public static float* Pointer(this Tensor tensor)
    {
        Debug.Assert(tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous());
        return (float*)Data(tensor.Handle);
    }

    /// <summary>As <see cref="Pointer"/>, for a tensor of 64-bit integers.</summary>
    public static long* LongPointer(this Tensor tensor)
    {
        Debug.Assert(tensor.dtype == ScalarType.Int64 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous());
        return (long*)Data(tensor.Handle);
    }
}
