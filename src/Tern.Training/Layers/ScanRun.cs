using Tern.Kernels;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>The work of one call of <see cref="FusedScan"/>: from tensors to passes over raw memory, and back.</summary>
sealed unsafe class ScanRun
{
    readonly ScanCall call;
    readonly ScanShape shape;
    readonly ScanInputs index;
    readonly StepKernel step;
    readonly bool train, own, needsX, outputIsState;

    /// <param name="call">The call.</param>
    /// <param name="tensors">Its tensors: which of them there are is kept, the tensors themselves come with each pass.</param>
    /// <param name="train">A backward will follow: gates and states are kept.</param>
    public ScanRun(ScanCall call, ScanTensors tensors, bool train)
    {
        (this.call, shape, this.train) = (call, call.Shape, train);
        index = new ScanInputs(call.Shape, tensors);
        step = KernelCatalogue.Step(call.Shape.Cell);
        own = call.Products == MatrixProducts.Own && !call.GivenProducts;
        needsX = tensors.X.requires_grad && (!call.GivenProducts || call.Shape.RawSkip && tensors.Skip is null);
        outputIsState = train && shape.Factors > 0 && call.Padding is null && tensors.Mask is null;
    }

    /// <summary>Tensor inputs, in the order of <see cref="ScanTensors.InOrder"/>.</summary>
    public int Inputs => index.Count;

    int WRow => shape.Blocks * shape.Units;

    int URow => (shape.Blocks + step.Recurrents + step.Room) * shape.Units;

    int StateRow => step.States * shape.Units;

    /// <summary>Output, final states, and what the backward needs beside the inputs: for each direction U, the states and <see cref="KeptProducts"/>; then the output, where that is a state.</summary>
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
            var weight = inputs[index.Weight(d)];
            var u = own ? train ? empty(time, batch, URow) : null
                : WithRoom(call.GivenProducts ? weight : x.view(-1, shape.Input).mm(weight.t()), time, batch);
            Tensor[] products = train ? [.. KeptProducts.Select(columns => empty(time, batch, columns))] : [];
            float[] numbers = Numbers(inputs, d);
            fixed (byte* active = call.Padding?.Active)
            fixed (float* values = numbers)
            {
                var pass = Pass(inputs, d, time, batch, active, values);
                pass.U = u is null ? null : u.Pointer();
                pass.Y = output.Pointer() + (long)d * shape.Units;
                SetKept(ref pass, products);
                float* last = final.Pointer() + (long)d * batch * StateRow;
                pass.KeepStates = train || call.StateAt is not null;
                var states = pass.KeepStates ? empty(time, batch, pass.KeptRow) : null;
                pass.C = states is null ? last : states.Pointer();
                if (!pass.KeepStates) Copy(pass.C0, last, (long)batch * StateRow);
                Forward(pass, inputs, d);
                if (pass.KeepStates) CopyFinal(pass, last);
                if (train) kept.AddRange([u!, states!, .. products]);
            }
        }
        if (outputIsState) kept.Add(output.detach());
        GC.KeepAlive(inputs);
        return (output, final, [.. kept]);
    }

    /// <summary>Columns of what a backward needs of the recurrent products: U_1 h, the first phase's output, U_1 times it, U h before it is normalised; 0 for what the cell has not.</summary>
    int[] KeptProducts => shape.Factors == 0 ? [] :
    [
        shape.Rank, shape.Spec.First is null ? 0 : shape.Units, LinkedColumns > 0 ? shape.Rank : 0,
        index.RecurrentNorm(0) is null ? 0 : shape.Spec.Recurrent.Length * shape.Units,
    ];

    static void SetKept(ref ScanPass pass, ReadOnlySpan<Tensor> products)
    {
        if (products.IsEmpty) return;
        pass.Recurrent.Kept = PointerOrNull(products[0]);
        pass.Recurrent.KeptOutput = PointerOrNull(products[1]);
        pass.Recurrent.KeptLinked = PointerOrNull(products[2]);
        pass.Recurrent.KeptProducts = PointerOrNull(products[3]);
    }

    static float* PointerOrNull(Tensor tensor) => tensor.NumberOfElements == 0 ? null : tensor.Pointer();

    /// <summary>Products as rows with room behind them for what else a row of U has; a copy, since gates are saved in it.</summary>
    Tensor WithRoom(Tensor products, int time, int batch)
    {
        var rows = products.view(time, batch, WRow);
        if (URow == WRow) return call.GivenProducts ? rows.clone() : rows;
        var u = empty(time, batch, URow);
        u.narrow(-1, 0, WRow).copy_(rows).Dispose();
        return u;
    }

    void Forward(ScanPass pass, Tensor[] inputs, int direction)
    {
        int workers = WorkerCount(pass.Time, pass.Batch);
        int most = (pass.Batch + workers - 1) / workers;
        pass.Interleaved = own;
        var room = new ScratchPlan();
        long panels = room.Add(own ? Gemm.PanelFloats(shape.Input, WRow) : 0);
        long added = room.Add(Gemm.PanelFloats(shape.RecurrentColumns, AddedColumns)), ownBlocks = room.Add(Gemm.PanelFloats(shape.RecurrentColumns, OwnColumns));
        long linked = room.Add(Gemm.PanelFloats(shape.RecurrentColumns, LinkedColumns));
        long first = room.Add(Gemm.PanelFloats(shape.Units, shape.Rank));
        long block = Scratch.Aligned(ScanForward.ScratchFloats(pass, most)), blocks = room.Add(block * workers), ones = room.Add(shape.Units);
        float* scratch = Scratch.Rent(room.Floats);
        if (own) Gemm.PackColumns(inputs[index.Weight(direction)].Pointer(), shape.Input, shape.Input, WRow, scratch + panels);
        if (shape.Factors > 0)
        {
            int k = shape.RecurrentColumns;
            float* u = inputs[index.Recurrent(direction)].Pointer();
            Gemm.PackColumns(u, k, k, AddedColumns, scratch + added);
            Gemm.PackColumns(u + (long)AddedColumns * k, k, k, OwnColumns, scratch + ownBlocks);
            Gemm.PackColumns(u + (long)AddedColumns * k, k, k, LinkedColumns, scratch + linked);
            if (shape.Rank > 0) Gemm.PackColumns(inputs[index.First(direction)].Pointer(), shape.Units, shape.Units, shape.Rank, scratch + first);
            pass.Recurrent.Added = new(scratch + added);
            pass.Recurrent.Own = new(scratch + ownBlocks);
            pass.Recurrent.Linked = new(scratch + linked);
            pass.Recurrent.First = new(scratch + first);
        }
        pass.Weight = new(scratch + panels);
        MaskOr(ref pass, scratch + ones);
        var shared = pass;
        Kernels.Workers.Run(workers, k =>
            ScanForward.Run(shared, shared.Batch * k / workers, shared.Batch * (k + 1) / workers, scratch + blocks + block * k));
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
        bool skipIsX = shape.RawSkip && index.Skip is null;
        var results = new Tensor?[Inputs];
        Tensor? dx = null;
        // Two directions, or products made elsewhere, add to the gradient of x; else its first part is written.
        bool addX = directions > 1 || !own;
        if (needsX || skipIsX) dx = addX ? zeros(time, batch, shape.Input) : empty(time, batch, shape.Input);
        if (index.Skip is { } separateSkip) results[separateSkip] = empty_like(saved[separateSkip]);
        int keptEach = 2 + KeptProducts.Length;
        for (int d = 0; d < directions; d++)
        {
            int kept = Inputs + keptEach * d;
            Tensor weight = saved[index.Weight(d)], u = saved[kept], states = saved[kept + 1];
            var du = own ? null : empty(time, batch, URow);
            float[] numbers = Numbers(saved, d);
            fixed (byte* active = call.Padding?.Active)
            fixed (float* values = numbers)
            fixed (int* at = call.StateAt)
            {
                var pass = Pass(saved, d, time, batch, active, values);
                pass.U = u.Pointer();
                if (outputIsState) pass.Y = saved[^1].Pointer() + (long)d * shape.Units;
                pass.C = states.Pointer();
                pass.KeepStates = true;
                SetKept(ref pass, saved.AsSpan(kept + 2, keptEach - 2));
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
                    var dskip = skipIsX ? dx! : results[index.Skip!.Value]!;
                    gradients.DSkipStride = directions * shape.Units;
                    gradients.DSkip = dskip.Pointer() + (long)d * shape.Units;
                }
                Backward(pass, gradients, saved, d, results);
            }
            if (du is null) continue;
            var products = URow == WRow ? du : du.narrow(-1, 0, WRow).contiguous();
            if (call.GivenProducts)
            {
                results[index.Weight(d)] = products;
                continue;
            }
            var flat = products.view(-1, WRow);
            results[index.Weight(d)] = flat.t().mm(x.view(-1, shape.Input));
            if (needsX) dx!.view(-1, shape.Input).addmm_(flat, weight);
        }
        results[0] = needsX ? dx : null;
        results[1] = dstate;
        GC.KeepAlive(saved);
        return results;
    }

    /// <summary>One direction: packs, lets the workers run, and adds their sums to <paramref name="results"/> in the workers' order.</summary>
    void Backward(ScanPass pass, ScanGradients gradients, Tensor[] saved, int direction, Tensor?[] results)
    {
        int workers = WorkerCount(pass.Time, pass.Batch);
        int most = (pass.Batch + workers - 1) / workers;
        pass.Interleaved = own;
        bool wantsX = own && gradients.DX != null;
        int recurrentRow = AddedColumns + OwnColumns;
        var room = new ScratchPlan();
        long panels = room.Add(wantsX ? Gemm.PanelFloats(WRow, shape.Input) : 0);
        long recurrent = room.Add(Gemm.PanelFloats(recurrentRow, shape.RecurrentColumns)), first = room.Add(Gemm.PanelFloats(shape.Rank, shape.Units));
        long linked = room.Add(Gemm.PanelFloats(LinkedColumns, shape.RecurrentColumns));
        long block = Scratch.Aligned(ScanBackward.ScratchFloats(pass, most)), blocks = room.Add(block * workers), ones = room.Add(shape.Units);
        float* scratch = Scratch.Rent(room.Floats);
        if (wantsX) Gemm.PackRows(saved[index.Weight(direction)].Pointer(), shape.Input, WRow, shape.Input, scratch + panels);
        if (shape.Factors > 0)
        {
            float* u = saved[index.Recurrent(direction)].Pointer();
            Gemm.PackRows(u, shape.RecurrentColumns, recurrentRow, shape.RecurrentColumns, scratch + recurrent);
            Gemm.PackRows(u + (long)recurrentRow * shape.RecurrentColumns, shape.RecurrentColumns, LinkedColumns, shape.RecurrentColumns, scratch + linked);
        }
        if (shape.Rank > 0) Gemm.PackRows(saved[index.First(direction)].Pointer(), shape.Units, shape.Rank, shape.Units, scratch + first);
        gradients.Panels = scratch + panels;
        gradients.RecurrentPanels = scratch + recurrent;
        gradients.FirstPanels = scratch + first;
        gradients.LinkedPanels = scratch + linked;
        MaskOr(ref pass, scratch + ones);
        using var sums = new WorkerSums(shape, workers, own, index);
        var (sharedPass, shared) = (pass, gradients);
        Kernels.Workers.Run(workers, k => ScanBackward.Run(
            sharedPass, shared, sharedPass.Batch * k / workers, sharedPass.Batch * (k + 1) / workers, sums[k], scratch + blocks + block * k));
        sums.AddInto(index, direction, results);
    }

    /// <summary>Columns of U h that are added to those of W x, those that are not, and those of the first phase's output.</summary>
    int AddedColumns => shape.Spec.Recurrent.Length * shape.Units - OwnColumns - LinkedColumns;

    /// <inheritdoc cref="AddedColumns"/>
    int OwnColumns => shape.Spec.OwnRecurrent.Length * shape.Units;

    /// <inheritdoc cref="AddedColumns"/>
    int LinkedColumns => shape.Spec.Linked.Length * shape.Units;

    /// <summary>Sigmoids of the scalars, then the constants.</summary>
    float[] Numbers(Tensor[] inputs, int direction) => step.Scalars == 0 ? call.Constants
        : [.. new ReadOnlySpan<float>(inputs[index.Scalars(direction)].Pointer(), step.Scalars), .. call.Constants];

    ScanPass Pass(Tensor[] inputs, int direction, int time, int batch, byte* active, float* numbers)
    {
        long rowWidth = (long)shape.Directions * shape.Units, offset = (long)direction * shape.Units;
        return new ScanPass
        {
            Step = step,
            Time = time,
            Batch = batch,
            Input = shape.Input,
            Units = shape.Units,
            Blocks = shape.Blocks,
            Recurrent = new() { Blocks = shape.Spec.Recurrent.Length, OwnBlocks = shape.Spec.OwnRecurrent.Length, LinkedBlocks = shape.Spec.Linked.Length, Rank = shape.Rank, Gain = index.RecurrentNorm(direction) is { } gain ? inputs[gain].Pointer() : null, StateNorm = index.StateNorm(direction) is { } norm ? inputs[norm].Pointer() : null },
            Reverse = direction == 1,
            X = inputs[0].Pointer(),
            Skip = shape.RawSkip ? inputs[index.Skip ?? 0].Pointer() + offset : null,
            SkipStride = rowWidth,
            Mask = index.Mask is { } mask ? inputs[mask].Pointer() + offset : null,
            MaskStride = index.Mask is null ? 0 : rowWidth,
            Keep = index.Keep is { } keep ? inputs[keep].Pointer() + offset : null,
            KeepStride = index.Keep is null ? 0 : rowWidth,
            KeepStep = index.Keep is null ? 0 : batch * rowWidth,
            P = inputs[index.Vectors(direction)].Pointer(),
            Q = numbers,
            C0 = inputs[1].Pointer() + (long)direction * batch * StateRow,
            OutputIsState = outputIsState,
            YStride = rowWidth,
            Active = active,
        };
    }

    /// <summary>Rows are the unit of work; below some hundred thousand multiply-adds a second worker costs more than it does.</summary>
    int WorkerCount(int time, int batch)
    {
        long products = (long)WRow * shape.Input + (long)shape.Spec.Recurrent.Length * shape.Units * shape.RecurrentColumns;
        return time * batch * products < 1 << 18 ? 1 : Math.Clamp(get_num_threads(), 1, batch);
    }

    /// <summary>Where there is no mask, and for first phases, one row of ones serves all.</summary>
    void MaskOr(ref ScanPass pass, float* ones)
    {
        pass.Ones = ones;
        new Span<float>(ones, shape.Units).Fill(1);
        if (pass.Mask == null) pass.Mask = ones;
    }

    void CopyFinal(in ScanPass pass, float* final)
    {
        for (int b = 0; b < pass.Batch; b++)
        {
            int t = call.StateAt is null ? pass.StepAt(pass.Time - 1) : call.StateAt[b];
            for (int k = 0; k < step.States; k++) Copy(pass.StateAfter(k, t, b, out _), final + (long)b * StateRow + (long)k * shape.Units, shape.Units);
        }
    }

    static void Copy(float* from, float* to, long floats) => Buffer.MemoryCopy(from, to, floats * sizeof(float), floats * sizeof(float));
}
