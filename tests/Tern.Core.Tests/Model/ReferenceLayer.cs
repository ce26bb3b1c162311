using Tern.Cells;
using Tern.Model;

namespace Tern.Core.Tests.Model;

/// <summary>A recurrent layer from its definition, one sequence at a time in double precision, by the cell's own Step.</summary>
sealed class ReferenceLayer(RecurrentSpec spec, IReadOnlyDictionary<string, TensorData> tensors)
{
    readonly CellSpec cell = CellCatalogue.Spec(spec.Cell);

    /// <summary>Rows of one sequence; states [directions][states x hidden] are replaced by the final ones.</summary>
    public double[][] Run(double[][] x, double[][] states)
    {
        double[][] input = spec.LayerNorm == LayerNormPlace.Before ? [.. x.Select(row => Normalize(row))] : x;
        if (spec.Projection is not null)
            input = [.. input.Select(row => Multiply($"{spec.Name}.projection", row))];
        double[][] y = [.. x.Select(_ => new double[spec.Directions * spec.Hidden])];
        for (int d = 0; d < spec.Directions; d++)
            for (int n = 0; n < x.Length; n++)
            {
                int t = d == 0 ? n : x.Length - 1 - n;
                double[] u = Multiply($"{spec.Name}.{spec.DirectionNames[d]}.weight", input[t]);
                if (spec.LayerNorm is LayerNormPlace.Products or LayerNormPlace.Recurrent)
                    u = [.. Normalize(u[..spec.NormWidth], $"{spec.DirectionNames[d]}.norm"), .. u[spec.NormWidth..]];
                int linked = cell.Recurrent.Length - cell.Linked.Length;
                double[] r = Recurrent(d, u, states[d][..spec.Hidden], 0, linked);
                if (cell.First is not null)
                {
                    double[] q = [.. Enumerable.Range(0, spec.Hidden).Select(j => Step(d, j, u, r, x[t], states[d], first: true))];
                    if (cell.Normalised is null)
                        Recurrent(d, u, q, linked, cell.Recurrent.Length);
                    else
                        r = Normalize(q, $"{spec.DirectionNames[d]}.state_norm");
                }
                for (int j = 0; j < spec.Hidden; j++)
                    y[t][d * spec.Hidden + j] = Step(d, j, u, r, x[t], states[d], first: false);
            }
        if (spec.RecurrentProjection is not null)
            y = [.. y.Select(row => spec.DirectionNames.SelectMany((name, d) => Multiply($"{spec.Name}.{name}.recurrent_projection", row[(d * spec.Hidden)..((d + 1) * spec.Hidden)])).ToArray())];
        return spec.LayerNorm == LayerNormPlace.After ? [.. y.Select(row => Normalize(row))] : y;
    }

    /// <summary>Adds those of the blocks [from, to) of U h that have an input block's name to it; returns the others.</summary>
    double[] Recurrent(int direction, double[] u, double[] h, int from, int to)
    {
        if (cell.Recurrent.Length == 0)
            return [];
        string prefix = $"{spec.Name}.{spec.DirectionNames[direction]}.recurrent";
        double[] product = Multiply(prefix, spec.RecurrentFactor is null ? h : Multiply($"{prefix}_projection", h));
        if (spec.LayerNorm == LayerNormPlace.Recurrent)
        {
            double mean = product.Average(), deviation = Math.Sqrt(product.Average(v => (v - mean) * (v - mean)) + 1e-5);
            float[] gain = tensors[$"{prefix}_norm"].Values;
            product = [.. product.Select((v, j) => (v - mean) / deviation * gain[j])];
        }
        List<double> own = [];
        for (int k = from; k < to; k++)
        {
            int input = Array.IndexOf(cell.Input, cell.Recurrent[k]);
            if (input < 0)
                own.AddRange(product[(k * spec.Hidden)..((k + 1) * spec.Hidden)]);
            else
                for (int j = 0; j < spec.Hidden; j++)
                    u[input * spec.Hidden + j] += product[k * spec.Hidden + j];
        }
        return [.. own];
    }

    double Step(int direction, int unit, double[] u, double[] r, double[] x, double[] state, bool first)
    {
        string prefix = $"{spec.Name}.{spec.DirectionNames[direction]}.";
        int vectors = first ? 0 : cell.First?.Vectors.Length ?? 0, blocks = first ? 0 : cell.First?.Input.Length ?? 0;      // where the phase's own begin
        Real[] p = [.. cell.Vectors.Skip(vectors).Select(v => new Real(tensors[prefix + v].Values[unit])), .. new Real[8]];
        Real[] q = [.. cell.Scalars.Select(v => Real.Sigmoid(new(tensors[prefix + v].Values[0]))), .. cell.Constants.Select(v => new Real(tensors[prefix + v].Values[0])), .. new Real[4]];
        Real[] b = [.. Enumerable.Range(0, u.Length / spec.Hidden).Skip(blocks).Select(i => new Real(u[i * spec.Hidden + unit])), .. new Real[4]];
        Real[] o = [.. Enumerable.Range(0, r.Length / spec.Hidden).Select(i => new Real(r[i * spec.Hidden + unit])), .. new Real[4]];
        int at = first ? Array.IndexOf(cell.State, cell.First!.State[0]) * spec.Hidden : 0;
        int own = direction * spec.Hidden + unit;
        Lane<Real> lane = new()
        {
            X0 = b[0], X1 = b[1], X2 = b[2], X3 = b[3], X4 = b[4],
            U0 = o[0], U1 = o[1], U2 = o[2], U3 = o[3],
            P0 = p[0], P1 = p[1], P2 = p[2], P3 = p[3], P4 = p[4], P5 = p[5], P6 = p[6], P7 = p[7],
            Q0 = q[0], Q1 = q[1], Q2 = q[2], Q3 = q[3],
            S0 = new(state[at + unit]),
            S1 = cell.State.Length > 1 ? new(state[spec.Hidden + unit]) : default,
            Skip = !cell.Skip ? default : spec.HasProjectedHighway ? b[cell.Input.Length - blocks] : new(x[own]),
            Mask = new(1),
            Keep = cell.Zoneout ? new(tensors[prefix + "keep"].Values[0]) : default,
        };
        (double h, Lane<Real> after) = first ? CellCatalogue.VisitFirst(spec.Cell, new Stepper(lane)) : CellCatalogue.Visit(spec.Cell, new Stepper(lane));
        state[at + unit] = after.S0.Value;
        if (cell.State.Length > 1 && cell.First is null)
            state[spec.Hidden + unit] = after.S1.Value;
        return h;
    }

    double[] Multiply(string name, double[] x)
    {
        TensorData weight = tensors[name];
        int columns = weight.Shape[1];
        return [.. Enumerable.Range(0, weight.Shape[0]).Select(i => x.Select((v, j) => v * weight.Values[i * columns + j]).Sum())];
    }

    double[] Normalize(double[] x, string norm = "norm")
    {
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. x.Select((v, j) => (v - mean) / deviation * tensors[$"{spec.Name}.{norm}.weight"].Values[j] + tensors[$"{spec.Name}.{norm}.bias"].Values[j])];
    }

    readonly struct Stepper(Lane<Real> lane) : ICellVisitor<(double H, Lane<Real> After)>
    {
        public (double H, Lane<Real> After) Visit<TCell>() where TCell : struct, ICell
        {
            Lane<Real> a = lane;
            double h = TCell.Step(ref a).Value;
            return (h, a);
        }
    }
}
