using Tern.Kernels;
using Tern.Model;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>Makes one row of each sequence; padded steps neither count nor get a gradient.</summary>
public static class TimePooling
{
    /// <summary>[time, batch, width] to [batch, width].</summary>
    /// <param name="x">Sequences, padded behind.</param>
    /// <param name="lengths">Steps of each sequence, 1 to time.</param>
    /// <param name="how">Last, max or mean.</param>
    /// <exception cref="TernException">Lengths do not fit x.</exception>
    public static Tensor Pool(Tensor x, int[] lengths, PoolingKind how)
    {
        int time = (int)x.size(0);
        if (x.dim() != 3 || lengths.Length != x.size(1))
            throw new TernException($"Pooling wants [time, batch, width] and a length for each of the batch, not {x.dim()} dimensions and {lengths.Length} lengths.");
        foreach (int length in lengths)
            if (length < 1 || length > time)
                throw new TernException($"A sequence of {length} steps cannot be pooled in a batch of {time}; lengths are 1 to {time}.");

        return x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.size(2) > 0
            ? PoolingFunction.Of(x, lengths, how)
            : PoolTensors(x, lengths, how);
    }

    /// <summary>The same by libtorch's operations: any device and type, and the reference of the tests.</summary>
    internal static Tensor PoolTensors(Tensor x, int[] lengths, PoolingKind how)
    {
        using Tensor length = tensor(lengths, int64, x.device);   // [batch]
        if (how == PoolingKind.Last)
            return x.gather(0, (length - 1).reshape(1, -1, 1).expand(1, -1, x.size(2))).squeeze(0);

        using Tensor padded = arange(x.size(0), device: x.device).unsqueeze(1).ge(length).unsqueeze(2);   // [time, batch, 1]
        return how == PoolingKind.Max
            ? x.masked_fill(padded, double.NegativeInfinity).max(0).values
            : x.masked_fill(padded, 0).sum(dim: 0) / length.unsqueeze(1);
    }
}

/// <summary>The autograd node of <see cref="TimePooling"/>. libtorch's max over time takes a tenth of a small model's step.</summary>
sealed unsafe class PoolingFunction : autograd.SingleTensorFunction<PoolingFunction>
{
    public override string Name => nameof(PoolingFunction);

    public static Tensor Of(Tensor x, int[] lengths, PoolingKind how) => apply(x, lengths, how);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (lengths, how) = ((int[])vars[1], (PoolingKind)vars[2]);
        using Tensor x = ((Tensor)vars[0]).contiguous();   // [time, batch, width]
        var call = new Call((int)x.size(0), (int)x.size(2), lengths, how, how == PoolingKind.Max ? new float[lengths.Length * x.size(2)] : []);
        ctx.save_data(nameof(Call), call);
        Tensor y = empty(lengths.Length, call.Width, dtype: float32);   // [batch, width]
        fixed (float* steps = call.Steps)
        {
            if (how == PoolingKind.Max) Pooling.Max(x.Pointer(), lengths, call.Width, y.Pointer(), steps);
            else if (how == PoolingKind.Mean) Pooling.Mean(x.Pointer(), lengths, call.Width, y.Pointer());
            else Pooling.Last(x.Pointer(), lengths, call.Width, y.Pointer());
        }
        return y;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient) => BackwardGuard.Run(() =>
    {
        var call = (Call)ctx.get_data(nameof(Call));
        using var none = no_grad();
        using Tensor dy = gradient.contiguous();
        Tensor dx = empty(call.Time, call.Lengths.Length, call.Width, dtype: float32);   // [time, batch, width]
        fixed (float* steps = call.Steps)
        {
            if (call.How == PoolingKind.Max) Pooling.MaxGradient(dy.Pointer(), steps, call.Time, call.Lengths.Length, call.Width, dx.Pointer());
            else if (call.How == PoolingKind.Mean) Pooling.MeanGradient(dy.Pointer(), call.Lengths, call.Time, call.Width, dx.Pointer());
            else Pooling.LastGradient(dy.Pointer(), call.Lengths, call.Time, call.Width, dx.Pointer());
        }
        return [dx, null, null];
    }, inputs: 3);

    /// <summary>What the backward needs; Steps are those of the maxima, [batch, width].</summary>
    sealed record Call(int Time, int Width, int[] Lengths, PoolingKind How, float[] Steps);
}
