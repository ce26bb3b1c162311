using Tern.Cells;
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
        for (int d = 0; d < outputs.Length; d++) (outputs[d], states[d]) = CellCatalogue.Visit(call.Shape.Cell, new Direction(tensors, call, d));
        return (outputs.Length == 1 ? outputs[0] : cat(outputs, -1), stack(states));
    }

    /// <summary>One direction, for a cell type.</summary>
    readonly struct Direction(ScanTensors tensors, ScanCall call, int direction) : ICellVisitor<(Tensor, Tensor)>
    {
        public (Tensor, Tensor) Visit<TCell>() where TCell : struct, ICell
        {
            var shape = call.Shape;
            var spec = TCell.Spec;
            int time = (int)tensors.X.shape[0], units = shape.Units;
            var weight = tensors.Weights[direction];
            var u = call.GivenProducts ? weight : tensors.X.matmul(weight.t());   // [time, batch, blocks x units]
            var skip = shape.RawSkip ? (tensors.Skip ?? tensors.X).narrow(-1, direction * units, units) : null;   // [time, batch, units]
            var active = call.Padding?.ToTensor(u);                                      // [time, batch, 1]
            var p = tensors.Vectors[direction].unbind(0);                                // each [units]
            var lane = new Lane<TensorReal>();
            SetVectors(ref lane, p);
            SetNumbers(ref lane, tensors.Scalars.Length > 0 ? tensors.Scalars[direction].unbind(0) : [], call.Constants);
            lane.Mask = tensors.Mask is null ? TensorReal.Const(1) : new(tensors.Mask.narrow(-1, direction * units, units));
            var state = tensors.State[direction].split(units, -1);                       // each [batch, units]
            var outputs = new Tensor[time];
            var history = call.StateAt is null ? null : new Tensor[time];
            for (int n = 0; n < time; n++)
            {
                int t = direction == 0 ? n : time - 1 - n;
                var blocks = u[t].split(units, -1);                                      // each [batch, units]
                if (spec.Recurrent.Length > 0) AddRecurrent(ref lane, spec, blocks, state[0], tensors.Recurrent[direction]);
                SetInputs(ref lane, blocks);
                if (spec.Skip) lane.Skip = new(skip is null ? blocks[spec.Input.Length] : skip[t]);
                if (tensors.Keep is not null) lane.Keep = new(tensors.Keep[t].narrow(-1, direction * units, units));
                lane.S0 = new(state[0]);
                if (state.Length > 1) lane.S1 = new(state[1]);
                var h = TCell.Step(ref lane).Value;
                Tensor[] next = state.Length > 1 ? [lane.S0.Value, lane.S1.Value] : [lane.S0.Value];
                if (active is not null)
                {
                    h = where(active[t] > 0, h, zeros_like(h));
                    for (int k = 0; k < next.Length; k++) next[k] = where(active[t] > 0, next[k], state[k]);
                }
                outputs[t] = h;
                state = next;
                if (history is not null) history[t] = cat(state, -1);
            }
            var final = history is null ? cat(state, -1) : stack(call.StateAt!.Select((t, b) => history[t][b]).ToArray());
            return (stack(outputs), final);
        }

        static void SetInputs(ref Lane<TensorReal> lane, Tensor[] x)
        {
            lane.X0 = new(x[0]);
            if (x.Length > 1) lane.X1 = new(x[1]);
            if (x.Length > 2) lane.X2 = new(x[2]);
            if (x.Length > 3) lane.X3 = new(x[3]);
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

        /// <summary>U h: added to the input blocks of the same names, and in slots of its own.</summary>
        static void AddRecurrent(ref Lane<TensorReal> lane, CellSpec spec, Tensor[] x, Tensor h, Tensor[] factors)
        {
            foreach (var factor in factors) h = h.matmul(factor.t());
            int own = 0, units = (int)(h.size(-1) / spec.Recurrent.Length);
            foreach (var (name, block) in spec.Recurrent.Zip(h.split(units, -1)))
            {
                int input = Array.IndexOf(spec.Input, name);
                if (input >= 0) x[input] = x[input] + block;
                else SetRecurrent(ref lane, own++, block);
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
}
