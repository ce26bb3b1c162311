using System.Numerics;
using Tern.Kernels;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>
/// The recurrence c_t = f_t c_{t-1} + (1 - f_t) z_t as one autograd function and nothing else fused with it ("fo-pooling",
/// Bradbury et al. 2017): the measure of what the fusion of products, gates and highway gains. Units from a given one on
/// run backwards in time.
/// </summary>
sealed unsafe class FoPooling : autograd.SingleTensorFunction<FoPooling>
{
    // floats of a column block: one cache line of state a row
    const int Block = 64;

    public override string Name => nameof(FoPooling);

    /// <param name="z">Candidates, [time, batch, units].</param>
    /// <param name="f">Forget gates, [time, batch, units].</param>
    /// <param name="reversedFrom">The first unit that runs backwards; the number of units for none.</param>
    /// <param name="threads">Threads that share the rows.</param>
    /// <returns>States, [time, batch, units].</returns>
    public static Tensor Run(Tensor z, Tensor f, int reversedFrom, int threads) => apply(z.contiguous(), f, new Call(reversedFrom, threads));

    sealed record Call(int ReversedFrom, int Threads);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor z = (Tensor)vars[0], f = (Tensor)vars[1];
        var call = (Call)vars[2];
        Tensor c = empty_like(f);
        float* zp = z.Pointer(), fp = f.Pointer(), cp = c.Pointer();
        Columns(f, call, (start, count, step) =>
        {
            for (long t = 0, at = start, before = -1; t < f.shape[0]; t++, before = at, at += step)
            {
                for (int i = 0; i < count; i += Vector<float>.Count)
                {
                    Vector<float> gate = Load(fp + at + i, count - i), value = Load(zp + at + i, count - i);
                    Vector<float> previous = before < 0 ? default : Load(cp + before + i, count - i);
                    Store(value + gate * (previous - value), cp + at + i, count - i);
                }
            }
        });
        ctx.save_for_backward([z, f, c]);
        ctx.save_data("call", call);
        return c;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradient)
    {
        var saved = ctx.get_saved_variables();
        (Tensor z, Tensor f, Tensor c) = (saved[0], saved[1], saved[2]);
        using Tensor dc = gradient.contiguous();
        Tensor dz = empty_like(z), df = empty_like(f);
        float* zp = z.Pointer(), fp = f.Pointer(), cp = c.Pointer(), dcp = dc.Pointer(), dzp = dz.Pointer(), dfp = df.Pointer();
        Columns(f, (Call)ctx.get_data("call"), (start, count, step) =>
        {
            float* carried = stackalloc float[Block];   // gradient that reaches c_t from c_{t+1}
            new Span<float>(carried, Block).Clear();
            long last = f.shape[0] - 1;
            for (long t = last, at = start + last * step; t >= 0; t--, at -= step)
            {
                for (int i = 0; i < count; i += Vector<float>.Count)
                {
                    int left = count - i;
                    Vector<float> gate = Load(fp + at + i, left), value = Load(zp + at + i, left), total = Load(dcp + at + i, left) + Load(carried + i, left);
                    Vector<float> previous = t == 0 ? default : Load(cp + at - step + i, left);
                    Store(total * (Vector<float>.One - gate), dzp + at + i, left);
                    Store(total * (previous - value), dfp + at + i, left);
                    Store(total * gate, carried + i, left);
                }
            }
        });
        foreach (Tensor tensor in saved) tensor.Dispose();
        return [dz, df, null!];
    }

    delegate void Column(long start, int count, long step);

    /// <summary>Calls for blocks of neighbouring units of a sequence: offset of the first in the first step, how many, offset between steps.</summary>
    static void Columns(Tensor like, Call call, Column body)
    {
        (long time, int batch, int units) = (like.shape[0], (int)like.shape[1], (int)like.shape[2]);
        long row = (long)batch * units;
        Workers.Run(call.Threads, part =>
        {
            for (int b = batch * part / call.Threads; b < batch * (part + 1) / call.Threads; b++)
            {
                for (int unit = 0; unit < units;)
                {
                    bool reversed = unit >= call.ReversedFrom;
                    int count = Math.Min(Block, (reversed ? units : call.ReversedFrom) - unit);
                    long first = (long)b * units + unit;
                    body(reversed ? first + (time - 1) * row : first, count, reversed ? -row : row);
                    unit += count;
                }
            }
        });
    }

    static Vector<float> Load(float* from, int left)
    {
        if (left >= Vector<float>.Count) return Vector.Load(from);
        Vector<float> lanes = default;
        for (int i = 0; i < left; i++) lanes = lanes.WithElement(i, from[i]);
        return lanes;
    }

    static void Store(Vector<float> lanes, float* to, int left)
    {
        if (left >= Vector<float>.Count) { Vector.Store(lanes, to); return; }
        for (int i = 0; i < left; i++) to[i] = lanes[i];
    }
}
