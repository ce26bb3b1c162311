using Tern.Cells;
using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// The slow reference of <see cref="FusedScan"/>: the cell's step on tensors, one time step after the other, with
/// libtorch's gradients. Any number type and device.
/// </summary>
static class TensorScan
{
    /// <summary>Output [time, batch, directions x units] and final states [directions, batch, states x units].</summary>
    public static (Tensor Output, Tensor State) Run(ScanTensors tensors, ScanCall call)
    {
        var outputs = new Tensor[call.Shape.Directions];
        var states = new Tensor[call.Shape.Directions];
        for (int d = 0; d < outputs.Length; d++) (outputs[d], states[d]) = Direction(tensors, call, d);
        return (outputs.Length == 1 ? outputs[0] : cat(outputs, -1), stack(states));
    }

    static (Tensor, Tensor) Direction(ScanTensors tensors, ScanCall call, int direction)
    {
        var shape = call.Shape;
        var spec = shape.Spec;
        int time = (int)tensors.X.shape[0], units = shape.Units;
        var weight = tensors.Weights[direction];
        var u = call.GivenProducts ? weight : tensors.X.matmul(weight.t());              // [time, batch, blocks x units]
        var skip = shape.RawSkip ? (tensors.Skip ?? tensors.X).narrow(-1, direction * units, units) : null;   // [time, batch, units]
        var active = call.Padding?.ToTensor(u);                                          // [time, batch, 1]
        var vectors = tensors.Vectors[direction].unbind(0);                              // each [units]
        var lane = new Lane<TensorReal>();
        SetVectors(ref lane, vectors);
        SetNumbers(ref lane, tensors.Scalars.Length > 0 ? tensors.Scalars[direction].unbind(0) : [], call.Constants);
        lane.Mask = tensors.Mask is null ? TensorReal.Const(1) : new(tensors.Mask.narrow(-1, direction * units, units));
        var state = tensors.State[direction].split(units, -1);                           // each [batch, units]
        var outputs = new Tensor[time];
        var history = call.StateAt is null ? null : new Tensor[time];
        for (int n = 0; n < time; n++)
        {
            int t = direction == 0 ? n : time - 1 - n;
            var blocks = u[t].split(units, -1);                                          // each [batch, units]
            if (spec.Skip) lane.Skip = new(skip is null ? blocks[spec.Input.Length] : skip[t]);
            if (tensors.Keep is not null) lane.Keep = new(tensors.Keep[t].narrow(-1, direction * units, units));
            if (spec.Recurrent.Length > 0) AddRecurrent(ref lane, spec, 0, spec.Recurrent.Length - spec.Linked.Length, blocks, state[0], tensors.Recurrent[direction], tensors.RecurrentNorms.ElementAtOrDefault(direction));
            Tensor[] next = [.. state];
            if (spec.First is { } first)
            {
                var q = FirstPhase(shape, first, lane, blocks, next);
                if (spec.Normalised is null) AddRecurrent(ref lane, spec, spec.Recurrent.Length - spec.Linked.Length, spec.Recurrent.Length, blocks, q, tensors.Recurrent[direction], norm: null);
                else lane.U0 = new(nn.functional.layer_norm(q, [units], tensors.StateNorms[direction][0], tensors.StateNorms[direction][1]));
                blocks = blocks[first.Input.Length..];
                SetVectors(ref lane, vectors[first.Vectors.Length..]);
            }
            SetInputs(ref lane, blocks);
            lane.S0 = new(next[0]);
            if (spec.First is null && next.Length > 1) lane.S1 = new(next[1]);
            var after = CellCatalogue.Visit(shape.Cell, new Step(lane));
            var h = after.Output.Value;
            next[0] = after.Lane.S0.Value;
            if (spec.First is null && next.Length > 1) next[1] = after.Lane.S1.Value;
            if (active is not null)
            {
                h = where(active[t].gt(KeptScalars.Zero), h, zeros_like(h));
                for (int k = 0; k < next.Length; k++) next[k] = where(active[t].gt(KeptScalars.Zero), next[k], state[k]);
            }
            outputs[t] = h;
            state = next;
            if (history is not null) history[t] = cat(state, -1);
            if (spec.First is not null) SetVectors(ref lane, vectors);
        }
        var final = history is null ? cat(state, -1) : stack(call.StateAt!.Select((t, b) => history[t][b]).ToArray());
        return (stack(outputs), final);
    }

    /// <summary>The output of a first phase, whose state in <paramref name="states"/> it replaces.</summary>
    static Tensor FirstPhase(ScanShape shape, CellSpec first, Lane<TensorReal> lane, Tensor[] blocks, Tensor[] states)
    {
        int state = Array.IndexOf(shape.Spec.State, first.State[0]);
        SetInputs(ref lane, blocks);
        lane.S0 = new(states[state]);
        lane.Mask = TensorReal.Const(1);
        var after = CellCatalogue.VisitFirst(shape.Cell, new Step(lane));
        states[state] = after.Lane.S0.Value;
        return after.Output.Value;
    }

    /// <summary>A step on tensors.</summary>
    readonly struct Step(Lane<TensorReal> lane) : ICellVisitor<(TensorReal Output, Lane<TensorReal> Lane)>
    {
        public (TensorReal Output, Lane<TensorReal> Lane) Visit<TCell>() where TCell : struct, ICell
        {
            var a = lane;
            return (TCell.Step(ref a), a);
        }
    }

    static void SetInputs(ref Lane<TensorReal> lane, Tensor[] x)
    {
        lane.X0 = new(x[0]);
        if (x.Length > 1) lane.X1 = new(x[1]);
        if (x.Length > 2) lane.X2 = new(x[2]);
        if (x.Length > 3) lane.X3 = new(x[3]);
        if (x.Length > 4) lane.X4 = new(x[4]);
    }

    static void SetVectors(ref Lane<TensorReal> lane, Tensor[] p)
    {
        if (p.Length > 0) lane.P0 = new(p[0]);
        if (p.Length > 1) lane.P1 = new(p[1]);
        if (p.Length > 2) lane.P2 = new(p[2]);
        if (p.Length > 3) lane.P3 = new(p[3]);
        if (p.Length > 4) lane.P4 = new(p[4]);
        if (p.Length > 5) lane.P5 = new(p[5]);
        if (p.Length > 6) lane.P6 = new(p[6]);
        if (p.Length > 7) lane.P7 = new(p[7]);
    }

    /// <summary>Blocks [from, to) of U h: added to the input blocks of the same names, or in slots of their own.</summary>
    static void AddRecurrent(ref Lane<TensorReal> lane, CellSpec spec, int from, int to, Tensor[] x, Tensor h, Tensor[] factors, Tensor? norm)
    {
        foreach (var factor in factors) h = h.matmul(factor.t());
        if (norm is not null) h = nn.functional.layer_norm(h, [h.size(-1)], norm);
        int own = 0, units = (int)(h.size(-1) / spec.Recurrent.Length);
        var blocks = h.split(units, -1);
        for (int k = from; k < to; k++)
        {
            int input = Array.IndexOf(spec.Input, spec.Recurrent[k]);
            if (input >= 0) x[input] = x[input].add(blocks[k], KeptScalars.One);
            else SetRecurrent(ref lane, own++, blocks[k]);
        }
    }

    static void SetRecurrent(ref Lane<TensorReal> lane, int slot, Tensor block)
    {
        if (slot == 0) lane.U0 = new(block);
        else if (slot == 1) lane.U1 = new(block);
        else if (slot == 2) lane.U2 = new(block);
        else lane.U3 = new(block);
    }

    static void SetNumbers(ref Lane<TensorReal> lane, Tensor[] scalars, float[] constants)
    {
        TensorReal[] q = [.. scalars.Select(s => new TensorReal(s)), .. constants.Select(TensorReal.Const)];
        if (q.Length > 0) lane.Q0 = q[0];
        if (q.Length > 1) lane.Q1 = q[1];
        if (q.Length > 2) lane.Q2 = q[2];
        if (q.Length > 3) lane.Q3 = q[3];
    }
}
