namespace Tern.FixedPoint;

/// <summary>The operations of one recurrent layer: products into the slots, then the pointwise step.</summary>
sealed class LayerCompiler(LayerForm form, LayerMatrices matrices, IReadOnlyDictionary<string, float> ranges, ICollection<FixedVector> vectors, ICollection<FixedOperation> operations)
{
    const int WideShift = 24;                  // beyond it nothing is left of most sums
    const int ByteShift = 8, LeastRampBits = 10;
    const double RankSteps = 512;              // words that the range of a factor's product keeps at least, to be held in 24 bits

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
            slots["S" + k] = Vector(form.PartName("S" + k), hidden, VectorRole.State);
            VectorFormat.Choose(slots["S" + k], Range("S" + k), row, VectorFormat.StateFloor);
        }
        int outputState = Array.IndexOf(form.States, form.Output);
        FixedVector y = outputState >= 0 ? slots["S" + outputState]
            : VectorFormat.Choose(Vector(form.PartName("Y"), hidden, kept ? VectorRole.State : VectorRole.Scratch), Range("Y"), reader, VectorFormat.InputFloor);
        if (form.Cell.Skip && !form.Spec.HasProjectedHighway) slots["Skip"] = x;
        Products(x);
        operations.Add(new PointwiseOperation(form.Name, PointwiseCompiler.Compile(form, slots, outputState >= 0 ? null : y)));
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
            double finest = Math.Max(matrices.InputFactor.Unit * x.Unit, matrices.StateFactor.Unit * h.Unit);
            ranks.Unit = RankUnit(finest, [(InputRank, 0, input), (StateRank, input, state)], matrices.Joined.Select(slot => matrices.Input[slot]));
            Multiply(matrices.InputFactor, x, 0, ranks, 0, add: false, Limit(InputRank, ranks));
            Multiply(matrices.StateFactor, h, 0, ranks, input, add: false, Limit(StateRank, ranks));
            (a, b, offset) = (ranks, ranks, input);
        }
        else
        {
            a = Rank(matrices.InputFactor, x, LayerForm.InputRank, matrices.Input.Values, InputRank);
            b = Rank(matrices.StateFactor, h, LayerForm.StateRank, matrices.Recurrent.Values, StateRank);
        }
        Dictionary<string, bool> gates = TraceShape.Gates(form);
        foreach (string slot in matrices.Input.Keys.Union(matrices.Recurrent.Keys).ToArray())
        {
            FixedVector to = slots[slot] = Vector(form.PartName(slot), form.Spec.Hidden, VectorRole.Scratch);
            bool hasInput = matrices.Input.TryGetValue(slot, out FixedMatrix? w), hasState = matrices.Recurrent.TryGetValue(slot, out FixedMatrix? u);
            int fraction = VectorFormat.Fraction(Range(slot));
            if (gates.ContainsKey(slot)) fraction = hasInput && hasState ? Math.Min(fraction, SigmoidTable.Fraction) : SigmoidTable.Fraction;
            // no finer than the sums themselves
            if (hasInput) fraction = Math.Min(fraction, (int)Math.Floor(-Math.Log2(w!.Unit * a.Unit)));
            if (hasState) fraction = Math.Min(fraction, (int)Math.Floor(-Math.Log2(u!.Unit * b.Unit)));
            // a ramp does with fewer bits where a shift by 8 then gives them: a move of bytes, which cannot overflow
            int sums = (int)Math.Floor(-Math.Log2(hasInput ? w!.Unit * a.Unit : u!.Unit * b.Unit));
            if (gates.GetValueOrDefault(slot) && sums - fraction < ByteShift) fraction = Math.Min(fraction, Math.Max(sums - ByteShift, LeastRampBits));
            to.Unit = Math.ScaleB(1, -fraction);
            if (hasInput) Multiply(w!, a, 0, to, 0, add: false);
            if (hasState) Multiply(u!, b, offset, to, 0, add: hasInput);
        }
    }

    FixedVector Rank(FixedMatrix? factor, FixedVector from, string part, IEnumerable<FixedMatrix> readers, double range)
    {
        if (factor is null) return from;
        FixedVector rank = Vector(part, factor.Rows, VectorRole.Scratch);
        rank.Unit = RankUnit(factor.Unit * from.Unit, [(range, 0, factor.Rows)], readers);
        Multiply(factor, from, 0, rank, 0, add: false, Limit(range, rank));
        return rank;
    }

    /// <summary>
    /// The finest unit of a factor's product with which its range fits in 16 bits; a coarser one where 24 bits then hold the
    /// sums of what reads it and enough steps are left to the range.
    /// </summary>
    /// <param name="finest">That of the factor's sums, or the coarser one of two factors.</param>
    /// <param name="parts">Range, first word and words of each factor's product.</param>
    /// <param name="readers">The matrices that read all parts side by side.</param>
    static double RankUnit(double finest, (double Range, int From, int Count)[] parts, IEnumerable<FixedMatrix> readers)
    {
        double unit = finest;
        while (parts.Max(part => Reach(part.Range) / unit) > Integers.High) unit *= 2;
        double narrow = unit;
        while (readers.Select(Largest).DefaultIfEmpty().Max() + VectorFormat.Half > Integers.Bits24)
        {
            narrow *= 2;
            if (parts.Min(part => Reach(part.Range) / narrow) < RankSteps) return unit;
        }
        return narrow;

        long Largest(FixedMatrix matrix)
        {
            long largest = 0;
            for (int row = 0; row < matrix.Rows; row++)
            {
                long sum = 0;
                foreach (var (range, from, count) in parts)
                    for (int j = from; j < Math.Min(from + count, matrix.Columns); j++) sum += Math.Abs((long)matrix.Row(row)[j]) * VectorFormat.Limit(Reach(range) / narrow);
                largest = Math.Max(largest, sum);
            }
            return largest;
        }
    }

    static double Reach(double range) => (range > 0 ? range : 1) * VectorFormat.Headroom;

    static int Limit(double range, FixedVector rank) => VectorFormat.Limit(Reach(range) / rank.Unit);

    void Multiply(FixedMatrix matrix, FixedVector from, int fromOffset, FixedVector to, int toOffset, bool add, int limit = Integers.High + 1)
    {
        double factor = matrix.Unit * from.Unit / to.Unit, exponent = Math.Log2(factor);
        if (-exponent > WideShift)
        {
            // smaller numbers, or none: these weights change the last bit at most
            int drop = (int)Math.Min(Math.Ceiling(-exponent - WideShift), 40);
            matrix = matrix with { Values = [.. matrix.Values.Select(value => (int)Integers.Shift(value, drop))], Unit = Math.ScaleB(matrix.Unit, drop) };
            Multiply(matrix with { Unit = Math.Max(matrix.Unit, Math.ScaleB(to.Unit / from.Unit, -WideShift)) }, from, fromOffset, to, toOffset, add, limit);
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
            quotient |= bound >= limit;
            if (multipliers is not null) bound = Integers.Shift(Math.Min(bound, limit) * product.Multiplier(row), ProductOperation.MultiplierBits);
            quotient |= bound >= limit;
            if (add) bound = Math.Min(bound, limit) + to.Bounds[toOffset + row];
            saturates |= bound >= limit;
            bounds[row] = (int)Math.Min(bound, limit);
        }
        bounds.CopyTo(to.Bounds, toOffset);
        operations.Add(product with { Saturates = saturates || quotient, LimitsQuotient = quotient, Limit = limit, AccumulatorBits = greatest <= Integers.Bits24 ? 24 : 32 });
    }

    FixedVector Vector(string part, int length, VectorRole role)
    {
        FixedVector vector = new($"{form.Name}_{CName.Of(part)}", length, role);
        vectors.Add(vector);
        return vector;
    }

    double Range(string slot) => ranges[form.PartName(slot)];

    double InputRank => ranges.GetValueOrDefault(LayerForm.InputRank);

    double StateRank => ranges.GetValueOrDefault(LayerForm.StateRank);
}
