namespace Tern.FixedPoint;

/// <summary>The operations of one recurrent layer: products into the slots, then the pointwise step.</summary>
sealed class LayerCompiler(LayerForm form, LayerMatrices matrices, LayerRanges ranges, ICollection<FixedVector> vectors, ICollection<FixedOperation> operations)
{
    const int WideShift = 24;                  // beyond it nothing is left of most sums
    const double RankSteps = 512;              // words that the range of a factor's product keeps at least, to be held in 24 bits

    readonly string name = CName.Of(form.Spec.Name);
    readonly Dictionary<string, FixedVector> slots = [];

    /// <summary>Compiles the layer; returns what it gives.</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="reader">The greatest row of what reads the output.</param>
    /// <param name="kept">Whether the output is read after the step.</param>
    public FixedVector Compile(FixedVector x, long reader, bool kept)
    {
        int hidden = form.Spec.Hidden;
        for (int k = 0; k < form.States.Length; k++)
        {
            // h alone is multiplied by matrices
            long row = k == 0 ? Math.Max(matrices.StateRow, form.States[k] == form.Output ? reader : 0) : 0;
            slots["S" + k] = Vector(form.Cell.State[k], hidden, VectorRole.State);
            VectorFormat.Choose(slots["S" + k], Range("S" + k), row, VectorFormat.StateFloor);
        }
        int outputState = Array.IndexOf(form.States, form.Output);
        FixedVector y = outputState >= 0 ? slots["S" + outputState]
            : VectorFormat.Choose(Vector("y", hidden, kept ? VectorRole.State : VectorRole.Scratch), Range("Y"), reader, VectorFormat.InputFloor);
        if (form.Cell.Skip && !form.Spec.HasProjectedHighway) slots["Skip"] = x;
        Products(x);
        operations.Add(new PointwiseOperation(name, PointwiseCompiler.Compile(form, slots, outputState >= 0 ? null : y)));
        return y;
    }

    void Products(FixedVector x)
    {
        FixedVector h = slots["S0"], a = x, b = h;
        int offset = 0;
        if (matrices.Joined.Count > 0)
        {
            // one unit for both ranks
            int input = matrices.InputFactor!.Rows, state = matrices.StateFactor!.Rows;
            FixedVector ranks = Vector("ab", input + state, VectorRole.Scratch);
            double unit = Math.Max(Unit(matrices.InputFactor, x), Unit(matrices.StateFactor, h));
            long next = matrices.Joined.Max(slot => Math.Max(Next(matrices.Input[slot], 0, matrices.InputFactor, x, unit) + Next(matrices.Input[slot], input, matrices.StateFactor, h, unit), 0));
            ranks.Unit = Coarser(unit, next, Math.Min(ranges.InputRank, ranges.StateRank));
            Multiply(matrices.InputFactor, x, 0, ranks, 0, add: false);
            Multiply(matrices.StateFactor, h, 0, ranks, input, add: false);
            (a, b, offset) = (ranks, ranks, input);
        }
        else
        {
            a = Rank(matrices.InputFactor, x, "a", matrices.Input.Values, ranges.InputRank);
            b = Rank(matrices.StateFactor, h, "b", matrices.Recurrent.Values, ranges.StateRank);
        }
        HashSet<string> gates = PointwiseCompiler.GateSlots(form);
        foreach (string slot in matrices.Input.Keys.Union(matrices.Recurrent.Keys).ToArray())
        {
            FixedVector to = slots[slot] = Vector(SlotName(slot), form.Spec.Hidden, VectorRole.Scratch);
            int fraction = gates.Contains(slot) ? SigmoidTable.Fraction : VectorFormat.Fraction(Range(slot));
            bool hasInput = matrices.Input.TryGetValue(slot, out FixedMatrix? w), hasState = matrices.Recurrent.TryGetValue(slot, out FixedMatrix? u);
            // no finer than the sums themselves
            if (hasInput) fraction = Math.Min(fraction, (int)Math.Floor(-Math.Log2(w!.Unit * a.Unit)));
            if (hasState) fraction = Math.Min(fraction, (int)Math.Floor(-Math.Log2(u!.Unit * b.Unit)));
            to.Unit = Math.ScaleB(1, -fraction);
            if (hasInput) Multiply(w!, a, 0, to, 0, add: false);
            if (hasState) Multiply(u!, b, offset, to, 0, add: hasInput);
        }
    }

    FixedVector Rank(FixedMatrix? factor, FixedVector from, string letter, IEnumerable<FixedMatrix> readers, double range)
    {
        if (factor is null) return from;
        FixedVector rank = Vector(letter, factor.Rows, VectorRole.Scratch);
        double unit = Unit(factor, from);
        rank.Unit = Coarser(unit, readers.Select(reader => Next(reader, 0, factor, from, unit)).DefaultIfEmpty().Max(), range);
        Multiply(factor, from, 0, rank, 0, add: false);
        return rank;
    }

    /// <summary>The least power of two times the sums' unit with which the bounds of a factor's product fit in 16 bits.</summary>
    static double Unit(FixedMatrix factor, FixedVector from)
    {
        long bound = Enumerable.Range(0, factor.Rows).Max(row => SumBound(factor.Row(row), from, 0));
        int shift = 0;
        while (Integers.Shift(bound, shift) > Integers.High) shift++;
        return Math.ScaleB(factor.Unit * from.Unit, shift);
    }

    /// <summary>The greatest sum of a matrix that reads a factor's product of a unit.</summary>
    static long Next(FixedMatrix matrix, int column, FixedMatrix factor, FixedVector from, double unit)
    {
        double scale = factor.Unit * from.Unit / unit;
        long largest = 0;
        for (int row = 0; row < matrix.Rows; row++)
        {
            double sum = 0;
            for (int j = 0; j < factor.Rows; j++)
                sum += Math.Abs(matrix.Row(row)[column + j]) * (SumBound(factor.Row(j), from, 0) * scale + 1);
            largest = Math.Max(largest, (long)Math.Ceiling(sum));
        }
        return largest;
    }

    /// <summary>A unit with which 24 bits hold the next sums, where that leaves enough steps to the range.</summary>
    static double Coarser(double unit, long next, double range)
    {
        double coarse = unit;
        while (next * (unit / coarse) + VectorFormat.Half > Integers.Bits24) coarse *= 2;
        return range / coarse >= RankSteps ? coarse : unit;
    }

    void Multiply(FixedMatrix matrix, FixedVector from, int fromOffset, FixedVector to, int toOffset, bool add)
    {
        double factor = matrix.Unit * from.Unit / to.Unit, exponent = Math.Log2(factor);
        if (-exponent > WideShift)
        {
            // smaller numbers, or none: these weights change the last bit at most
            int drop = (int)Math.Min(Math.Ceiling(-exponent - WideShift), 40);
            matrix = matrix with { Values = [.. matrix.Values.Select(value => (int)Integers.Shift(value, drop))], Unit = Math.ScaleB(matrix.Unit, drop) };
            Multiply(matrix with { Unit = Math.Max(matrix.Unit, Math.ScaleB(to.Unit / from.Unit, -WideShift)) }, from, fromOffset, to, toOffset, add);
            return;
        }
        bool whole = exponent == Math.Round(exponent) && matrix.RowScales is null;
        // a multiplier is 1 or more, so that what it multiplies is no larger than the result
        int shift = whole ? (int)-exponent : (int)Math.Ceiling(-exponent);
        int[]? multipliers = whole ? null : [.. (matrix.RowScales ?? [1]).Select(scale => Integers.Quantize(Math.ScaleB(factor, shift) * scale, ProductOperation.MultiplierBits, 0))];
        ProductOperation product = new(matrix, from, fromOffset, to, toOffset, shift, add) { Multipliers = multipliers };
        bool saturates = false, quotient = false;
        long half = shift > 0 ? 1L << (shift - 1) : 0, greatest = 0;
        int[] bounds = new int[matrix.Rows];
        for (int row = 0; row < matrix.Rows; row++)
        {
            long sum = product.SumBound(row), bound = Integers.Shift(sum, shift);
            greatest = Math.Max(greatest, sum + half);
            quotient |= bound > Integers.High;
            if (multipliers is not null) bound = Integers.Shift(Math.Min(bound, Integers.High + 1) * product.Multiplier(row), ProductOperation.MultiplierBits);
            quotient |= bound > Integers.High;
            if (add) bound = Math.Min(bound, Integers.High + 1) + to.Bounds[toOffset + row];
            saturates |= bound > Integers.High;
            bounds[row] = (int)Math.Min(bound, Integers.High + 1);
        }
        bounds.CopyTo(to.Bounds, toOffset);
        operations.Add(product with { Saturates = saturates || quotient, LimitsQuotient = quotient, AccumulatorBits = greatest <= Integers.Bits24 ? 24 : 32 });
    }

    static long SumBound(ReadOnlySpan<int> row, FixedVector from, int offset)
    {
        long bound = 0;
        for (int j = 0; j < row.Length; j++) bound += Math.Abs((long)row[j]) * from.Bounds[offset + j];
        return bound;
    }

    FixedVector Vector(string part, int length, VectorRole role)
    {
        FixedVector vector = new($"{name}_{CName.Of(part)}", length, role);
        vectors.Add(vector);
        return vector;
    }

    /// <summary>"x_w" for a slot that W x goes to, "u_hn" for one of U h alone.</summary>
    string SlotName(string slot) => slot[0] switch
    {
        'X' => "x_" + form.Cell.Input[slot[1] - '0'],
        'U' => "u_" + form.Cell.OwnRecurrent[slot[1] - '0'],
        _ => "x_skip",
    };

    double Range(string slot) => ranges.Slots.GetValueOrDefault(slot, 1);
}
