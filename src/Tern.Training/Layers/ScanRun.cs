using Tern.Kernels;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>The work of one call of <see cref="FusedScan"/>: from tensors to passes over raw memory, and back.</summary>
/// <param name="call">The call.</param>
/// <param name="tensors">Its tensors: which of them there are is kept, the tensors themselves come with each pass.</param>
/// <param name="train">A backward will follow: gates and states are kept.</param>
sealed unsafe class ScanRun(ScanCall call, ScanTensors tensors, bool train)
{
    readonly ScanShape shape = call.Shape;
    readonly StepKernel step = KernelCatalogue.Step(call.Shape.Cell);
    readonly bool separateSkip = tensors.Skip is not null, hasMask = tensors.Mask is not null, hasKeep = tensors.Keep is not null;
    readonly bool own = call.Products == MatrixProducts.Own && !call.GivenProducts;
    readonly bool needsX = tensors.X.requires_grad && (!call.GivenProducts || call.Shape.RawSkip && tensors.Skip is null);

    /// <summary>Tensor inputs, in the order of <see cref="ScanTensors.InOrder"/>.</summary>
    public int Inputs { get; } = tensors.InOrder().Count();

    int SkipIndex => 2 + 2 * shape.Directions;

    int MaskIndex => SkipIndex + (separateSkip ? 1 : 0);

    int URow => shape.Blocks * shape.Units;

    int StateRow => step.States * shape.Units;

    /// <summary>Output, final states, and what the backward needs beside the inputs: U and the states, a direction each.</summary>
    public (Tensor Output, Tensor State, Tensor[] Kept) Forward(Tensor[] inputs)
    {
        using var _ = no_grad();
        var x = inputs[0];
        int time = (int)x.size(0), batch = (int)x.size(1), directions = shape.Directions;
        var output = empty(time, batch, directions * shape.Units);
        var final = empty(directions, batch, StateRow);
        var kept = new List<Tensor>();
        for (int d = 0; d < directions; d++)
        {
            var weight = inputs[2 + 2 * d];
            var u = own ? train ? empty(time, batch, URow) : null
                : call.GivenProducts ? weight.clone()   // the gates are saved in it
                : x.view(-1, shape.Input).mm(weight.t());
            var states = train ? empty(time, batch, StateRow) : null;
            fixed (byte* active = call.Padding?.Active)
            fixed (float* constants = call.Constants)
            {
                var pass = Pass(inputs, d, time, batch, active, constants);
                pass.U = u is null ? null : u.Pointer();
                pass.Y = output.Pointer() + (long)d * shape.Units;
                float* last = final.Pointer() + (long)d * batch * StateRow;
                pass.KeepStates = train || call.StateAt is not null;
                if (pass.KeepStates && states is null) states = empty(time, batch, StateRow);
                pass.C = states is null ? last : states.Pointer();
                if (!pass.KeepStates) Copy(pass.C0, last, (long)batch * StateRow);
                Forward(pass, own ? weight.Pointer() : null);
                if (pass.KeepStates) CopyFinal(pass, last);
            }
            if (train) kept.AddRange([u!, states!]);
        }
        GC.KeepAlive(inputs);
        return (output, final, [.. kept]);
    }

    void Forward(ScanPass pass, float* weight)
    {
        int workers = WorkerCount(pass.Time, pass.Batch);
        int most = (pass.Batch + workers - 1) / workers;
        long panels = weight == null ? 0 : Scratch.Aligned(Gemm.PanelFloats(shape.Input, URow));
        pass.Interleaved = weight != null;
        long block = pass.U == null ? Scratch.Aligned(pass.BlockFloats(most)) : 0;
        float* scratch = Scratch.Rent(panels + block * workers + Scratch.Aligned(shape.Units));
        if (weight != null) Gemm.PackColumns(weight, shape.Input, shape.Input, URow, scratch);
        pass.Panels = scratch;
        MaskOr(ref pass, ones: scratch + panels + block * workers);
        var shared = pass;
        Kernels.Workers.Run(workers, k =>
            ScanForward.Run(shared, shared.Batch * k / workers, shared.Batch * (k + 1) / workers, scratch + panels + block * k));
    }

    /// <summary>Gradients of the inputs, in their order, of those of the output [time, batch, directions x units] and of the returned states; null for 0.</summary>
    public Tensor?[] Backward(Tensor[] saved, Tensor? gradOutput, Tensor? gradState)
    {
        using var _ = no_grad();
        var x = saved[0];
        int time = (int)x.size(0), batch = (int)x.size(1), directions = shape.Directions;
        var dy = gradOutput?.contiguous() ?? zeros(time, batch, directions * shape.Units);         // [time, batch, directions x units]
        var dstateAt = gradState?.contiguous() ?? zeros(directions, batch, StateRow);              // [directions, batch, states x units]
        var dstate = call.StateAt is null ? dstateAt.clone() : zeros_like(dstateAt);
        bool skipIsX = shape.RawSkip && !separateSkip;
        var results = new Tensor?[Inputs];
        Tensor? dx = null;
        // Two directions, or products made elsewhere, add to the gradient of x; else its first part is written.
        bool addX = directions > 1 || !own;
        if (needsX || skipIsX) dx = addX ? zeros(time, batch, shape.Input) : empty(time, batch, shape.Input);
        if (separateSkip) results[SkipIndex] = empty_like(saved[SkipIndex]);
        for (int d = 0; d < directions; d++)
        {
            Tensor weight = saved[2 + 2 * d], u = saved[Inputs + 2 * d], states = saved[Inputs + 2 * d + 1];
            var du = own ? null : empty(time, batch, URow);
            fixed (byte* active = call.Padding?.Active)
            fixed (float* constants = call.Constants)
            fixed (int* at = call.StateAt)
            {
                var pass = Pass(saved, d, time, batch, active, constants);
                pass.U = u.Pointer();
                pass.C = states.Pointer();
                pass.KeepStates = true;
                var gradients = new ScanGradients
                {
                    DY = dy.Pointer() + (long)d * shape.Units,
                    DYStride = directions * shape.Units,
                    DState = dstate.Pointer() + (long)d * batch * StateRow,
                    StateAt = at,
                    DStateAt = dstateAt.Pointer() + (long)d * batch * StateRow,
                    DU = du is null ? null : du.Pointer(),
                    DX = own && needsX ? dx!.Pointer() : null,
                    AddX = addX || skipIsX,
                    AddSkip = addX && skipIsX,
                };
                if (shape.RawSkip)
                {
                    var dskip = skipIsX ? dx! : results[SkipIndex]!;
                    gradients.DSkipStride = directions * shape.Units;
                    gradients.DSkip = dskip.Pointer() + (long)d * shape.Units;
                }
                (results[2 + 2 * d], results[3 + 2 * d]) = Backward(pass, gradients, own ? weight.Pointer() : null);
            }
            if (call.GivenProducts) results[2 + 2 * d] = du;
            else if (du is not null)
            {
                var flat = du.view(-1, URow);
                results[2 + 2 * d] = flat.t().mm(x.view(-1, shape.Input));
                if (needsX) dx!.view(-1, shape.Input).addmm_(flat, weight);
            }
        }
        results[0] = needsX ? dx : null;
        results[1] = dstate;
        GC.KeepAlive(saved);
        return results;
    }

    (Tensor? Weight, Tensor Vectors) Backward(ScanPass pass, ScanGradients gradients, float* weight)
    {
        int workers = WorkerCount(pass.Time, pass.Batch);
        int most = (pass.Batch + workers - 1) / workers;
        pass.Interleaved = weight != null;
        long panels = weight == null || gradients.DX == null ? 0 : Scratch.Aligned(Gemm.PanelFloats(URow, shape.Input));
        long block = weight == null ? 0 : Scratch.Aligned(ScanBackward.ScratchFloats(pass, most));
        float* scratch = Scratch.Rent(panels + block * workers + Scratch.Aligned(shape.Units));
        if (panels > 0) Gemm.PackRows(weight, shape.Input, URow, shape.Input, scratch);
        gradients.Panels = scratch;
        MaskOr(ref pass, ones: scratch + panels + block * workers);
        var dw = new Tensor[workers];
        var dp = new Tensor[workers];
        var dwMemory = new nint[workers];
        var dpMemory = new nint[workers];
        for (int k = 0; k < workers; k++)
        {
            if (weight != null) dwMemory[k] = (nint)(dw[k] = zeros(URow, shape.Input)).Pointer();
            dpMemory[k] = (nint)(dp[k] = zeros(step.Vectors, shape.Units)).Pointer();
        }
        var (sharedPass, shared) = (pass, gradients);
        Kernels.Workers.Run(workers, k => ScanBackward.Run(
            sharedPass, shared, sharedPass.Batch * k / workers, sharedPass.Batch * (k + 1) / workers,
            (float*)dwMemory[k], (float*)dpMemory[k], scratch + panels + block * k));
        for (int k = 1; k < workers; k++)   // in the workers' order
        {
            if (weight != null) dw[0].add_(dw[k]);
            dp[0].add_(dp[k]);
        }
        return (weight != null ? dw[0] : null, dp[0]);
    }

    ScanPass Pass(Tensor[] inputs, int direction, int time, int batch, byte* active, float* constants)
    {
        long rowWidth = (long)shape.Directions * shape.Units, offset = (long)direction * shape.Units;
        var skip = separateSkip ? inputs[SkipIndex] : inputs[0];
        return new ScanPass
        {
            Step = step,
            Time = time,
            Batch = batch,
            Input = shape.Input,
            Units = shape.Units,
            Blocks = shape.Blocks,
            Reverse = direction == 1,
            X = inputs[0].Pointer(),
            Skip = shape.RawSkip ? skip.Pointer() + offset : null,
            SkipStride = rowWidth,
            Mask = hasMask ? inputs[MaskIndex].Pointer() + offset : null,
            MaskStride = hasMask ? rowWidth : 0,
            Keep = hasKeep ? inputs[MaskIndex + (hasMask ? 1 : 0)].Pointer() + offset : null,
            KeepStride = hasKeep ? rowWidth : 0,
            KeepStep = hasKeep ? batch * rowWidth : 0,
            P = inputs[3 + 2 * direction].Pointer(),
            Q = constants,
            C0 = inputs[1].Pointer() + (long)direction * batch * StateRow,
            YStride = rowWidth,
            Active = active,
        };
    }

    /// <summary>Rows are the unit of work; below some hundred thousand multiply-adds a second worker costs more than it does.</summary>
    int WorkerCount(int time, int batch) => (long)time * batch * URow * shape.Input < 1 << 18 ? 1 : Math.Clamp(get_num_threads(), 1, batch);

    /// <summary>Where there is no mask, one row of ones serves all.</summary>
    void MaskOr(ref ScanPass pass, float* ones)
    {
        if (pass.Mask != null) return;
        new Span<float>(ones, shape.Units).Fill(1);
        pass.Mask = ones;
    }

    void CopyFinal(in ScanPass pass, float* final)
    {
        for (int b = 0; b < pass.Batch; b++)
        {
            int t = call.StateAt is null ? pass.StepAt(pass.Time - 1) : call.StateAt[b];
            Copy(pass.StateAfter(t, b), final + (long)b * StateRow, StateRow);
        }
    }

    static void Copy(float* from, float* to, long floats) => Buffer.MemoryCopy(from, to, floats * sizeof(float), floats * sizeof(float));
}
