using Tern.Cells.Derivation;

namespace Tern.FixedPoint;

/// <summary>A layer in floating point, from the same form and trace as the integer one: what measures its ranges.</summary>
sealed class FloatLayer
{
    readonly LayerForm form;
    readonly int hidden;
    readonly int[] nodes;
    readonly double[] values;
    readonly double[][] states;
    readonly Dictionary<string, double[]> slots = [];

    public FloatLayer(LayerForm form)
    {
        this.form = form;
        hidden = form.Spec.Hidden;
        nodes = [.. form.Graph.Reach([.. form.States, form.Output])];
        values = new double[nodes.Length == 0 ? 0 : nodes[^1] + 1];
        states = [.. form.States.Select(_ => new double[hidden])];
        Output = new double[hidden];
    }

    /// <summary>The greatest magnitude of each part so far.</summary>
    public Dictionary<string, float> Ranges { get; } = [];

    public double[] Output { get; }

    public void Reset()
    {
        foreach (double[] state in states) Array.Clear(state);
    }

    public void Step(double[] input)
    {
        slots.Clear();
        double[] x = input;
        if (form.InputFactor is not null) See(LayerForm.InputRank, x = Multiply(form.InputFactor, x));
        double[] products = Multiply(form.Weight, x);
        for (int k = 0; k < products.Length / hidden; k++) Add(form.BlockSlot(k), products.AsSpan(k * hidden, hidden));
        SeeSlots();      // also before U h is added, as a sum of two products is held after the first
        if (form.Cell.Skip && !form.Spec.HasProjectedHighway) slots.Add("Skip", input);
        if (form.Recurrent is not null)
        {
            double[] h = states[0];
            if (form.StateFactor is not null) See(LayerForm.StateRank, h = Multiply(form.StateFactor, h));
            products = Multiply(form.Recurrent, h);
            for (int k = 0; k < products.Length / hidden; k++) Add(form.RecurrentSlot(k), products.AsSpan(k * hidden, hidden));
        }
        SeeSlots();
        for (int unit = 0; unit < hidden; unit++) StepUnit(unit);
        for (int k = 0; k < states.Length; k++) See(form.PartName("S" + k), states[k]);
        if (!form.States.Contains(form.Output)) See(form.PartName("Y"), Output);

        void SeeSlots()
        {
            foreach (var (slot, row) in slots)
                if (row != input) See(form.PartName(slot), row);
        }
    }

    void StepUnit(int unit)
    {
        foreach (int id in nodes)
        {
            Node n = form.Graph[id];
            values[id] = n.Op switch
            {
                Op.Slot => Slot(n.Slot!, unit),
                Op.Const => n.Value,
                Op.Add => values[n.A] + values[n.B],
                Op.Sub => values[n.A] - values[n.B],
                Op.Mul => values[n.A] * values[n.B],
                Op.Div => values[n.A] / values[n.B],
                Op.Neg => -values[n.A],
                Op.Sigmoid => 1 / (1 + Math.Exp(-values[n.A])),
                Op.Tanh => Math.Tanh(values[n.A]),
                _ => values[n.A] > 0 ? values[n.B] : values[n.C],
            };
        }
        for (int k = 0; k < states.Length; k++) states[k][unit] = values[form.States[k]];
        Output[unit] = values[form.Output];
    }

    double Slot(string slot, int unit) => slot[0] switch
    {
        'P' => form.Vectors[form.Cell.Vectors[slot[1] - '0']][unit],
        'S' when slot.Length == 2 => states[slot[1] - '0'][unit],
        _ => slots[slot][unit],
    };

    void Add(string slot, ReadOnlySpan<double> row)
    {
        if (!slots.TryGetValue(slot, out double[]? sum)) slots.Add(slot, sum = new double[hidden]);
        for (int i = 0; i < hidden; i++) sum[i] += row[i];
    }

    static double[] Multiply(SourceMatrix matrix, double[] x)
    {
        double[] y = new double[matrix.Rows];
        for (int row = 0; row < y.Length; row++)
        {
            double sum = 0;
            for (int j = 0; j < x.Length; j++) sum += matrix.Values[row * matrix.Columns + j] * x[j];
            y[row] = sum;
        }
        return y;
    }

    void See(string part, double[] row)
    {
        float largest = Ranges.GetValueOrDefault(part);
        foreach (double value in row) largest = Math.Max(largest, (float)Math.Abs(value));
        Ranges[part] = largest;
    }
}
