using Tern.Cells.Derivation;

namespace Tern.FixedPoint;

/// <summary>
/// From a cell's trace to instructions on 16-bit words. Each result has the most bits behind the point that its bounds
/// leave, or those that its one reader wants; bounds are intervals, from the bounds of what is loaded.
/// </summary>
sealed class PointwiseCompiler
{
    const int MaxShift = 15;       // of a 16-bit word to the left: stays in 32 bits

    const int MostShift = 30;      // of a 32-bit product to the right

    readonly LayerForm form;
    readonly ExpressionGraph graph;
    readonly IReadOnlyDictionary<string, FixedVector> slots;
    readonly List<Instruction> instructions = [];
    readonly Dictionary<int, Word> done = [];
    readonly Dictionary<(int, int), Word> converted = [];
    readonly Dictionary<int, int> uses = [];

    /// <summary>A value as a word: operand, bits behind the point, bounds.</summary>
    readonly record struct Word(Operand Operand, int Fraction, int Low, int High);

    PointwiseCompiler(LayerForm form, IReadOnlyDictionary<string, FixedVector> slots)
    {
        (this.form, graph, this.slots) = (form, form.Graph, slots);
        int[] roots = [.. form.States, form.Output];
        foreach (int root in roots) Count(root);

        // what a ramp is made of inside does not count
        void Count(int id)
        {
            uses[id] = uses.GetValueOrDefault(id) + 1;
            if (uses[id] > 1) return;
            foreach (int child in TraceShape.Children(graph, id)) Count(child);
        }
    }

    /// <summary>Compiles a layer's step.</summary>
    /// <param name="form">The layer.</param>
    /// <param name="slots">The vectors of X0 ..., U0 ..., Skip and S0 ...</param>
    /// <param name="output">Where the output goes; null where a state is the output.</param>
    public static PointwiseProgram Compile(LayerForm form, IReadOnlyDictionary<string, FixedVector> slots, FixedVector? output)
    {
        PointwiseCompiler compiler = new(form, slots);
        List<Store> stores = [];
        // the last state first: h is made of the c that is stored
        for (int k = form.States.Length - 1; k >= 0; k--) stores.Add(compiler.Root(form.States[k], slots["S" + k]));
        if (output is not null) stores.Add(compiler.Root(form.Output, output));
        return new(form.Spec.Hidden, compiler.instructions, stores);
    }

    /// <summary>A state or the output: in its vector's format, held within its limit.</summary>
    Store Root(int id, FixedVector to)
    {
        int limit = to.Limit;
        Word word = Lower(id, to.Fraction, root: true);
        if (word.Fraction != to.Fraction || word.Operand.IsConstant || word.High > Integers.High) word = Convert(word, to.Fraction);
        if (word.Low < -limit || word.High > limit - 1)
        {
            // the instruction itself is held within the limit, so that what reads the new state reads the stored one
            Instruction last = instructions[word.Operand.Instruction];
            if (last.Op is PointwiseOp.Load or PointwiseOp.Ramp or PointwiseOp.Sigmoid or PointwiseOp.Tanh or PointwiseOp.Parameter or PointwiseOp.Select)
            {
                word = Emit(new(PointwiseOp.Add, word.Operand, new(-1)), word.Fraction, word.Low, word.High, graph.Names.GetValueOrDefault(id));
                last = instructions[word.Operand.Instruction];
            }
            word = word with { Low = Math.Max(word.Low, -limit), High = Math.Min(word.High, limit - 1) };
            instructions[word.Operand.Instruction] = last with { Low = word.Low, High = word.High, Limits = true };
        }
        done[id] = word;
        return new(to, word.Operand);
    }

    /// <summary>The node as a word, if it can be with the bits behind the point that are wanted.</summary>
    Word Lower(int id, int? want = null, bool root = false)
    {
        if (done.TryGetValue(id, out Word known)) return known;
        Node n = graph[id];
        string? name = graph.Names.GetValueOrDefault(id);
        if (RampPattern.Match(graph, id, out RampPattern ramp)) return done[id] = Ramp(ramp, name);
        if (uses[id] > 1 && !root) want = null;
        switch (n.Op)
        {
            case Op.Slot when n.Slot![0] == 'P':
                return done[id] = Parameter(id, Math.Min(Fraction(0, form.Vectors[form.Cell.Vectors[n.Slot[1] - '0']].Max(Math.Abs)), Integers.MaxWordFraction));
            case Op.Slot:
                FixedVector vector = slots[n.Slot!];
                int bound = vector.Limit;
                return done[id] = Emit(new(PointwiseOp.Load) { Vector = vector }, vector.Fraction, -bound, Math.Min(bound, Integers.High), name);
            case Op.Const:
                return Constant(n.Value, Math.Min(want ?? Integers.MaxWordFraction, Most(id)));
            case Op.Mul:
                return done[id] = Multiply(n, want, name);
            case Op.Add or Op.Sub:
                return done[id] = Sum(n, want, name);
            case Op.Neg:
                Word a = Lower(n.A, want);
                return done[id] = Emit(new(PointwiseOp.Subtract, new(-1), a.Operand), a.Fraction, -a.High, -a.Low, name);
            case Op.Sigmoid:
                return done[id] = Emit(new(PointwiseOp.Sigmoid, Argument(n.A)), 16, SigmoidTable.Sigmoid(Integers.Low), Integers.Unsigned, name);
            case Op.Tanh:
                return done[id] = Emit(new(PointwiseOp.Tanh, Argument(n.A)), 15, -Integers.High, Integers.High, name);
            case Op.WherePositive:
                return done[id] = Select(n, want, name);
            default:
                throw new TernException($"The module '{form.Spec.Name}' has the cell {form.Spec.Cell}, which divides; the integer form lacks division. Train with another cell, or export it in floats (--numbers float).");
        }
    }

    Operand Argument(int id)
    {
        Word x = At(Lower(id, SigmoidTable.Fraction), id, SigmoidTable.Fraction);
        // the table is read by signed words; what cannot be negative may have come as an unsigned one
        return (x.High > Integers.High ? Convert(x, x.Fraction) : x).Operand;
    }

    Word Ramp(RampPattern ramp, string? name)
    {
        Node sum = graph[ramp.X];
        bool folds = ramp.Offset != 0 && sum.Op == Op.Add && uses[ramp.X] == 1 && IsVector(sum.A) != IsVector(sum.B) && graph[sum.A].Op != Op.Const && graph[sum.B].Op != Op.Const;
        // an offset is added to the trained vector that x is a sum with
        Word x = folds ? Shifted(sum, ramp.Offset) : Lower(ramp.X, SigmoidTable.Fraction);
        double offset = folds ? 0 : ramp.Offset;
        int fraction = Fraction(ramp.Low, ramp.High), steps = (int)Math.Log2(ramp.Slope);
        // with a sign it keeps x's bits: no shift, and 1 is a word; a gate is of 16 bits, so that a product with it is a move of bytes
        if (ramp.Low < 0) fraction = Math.Min(fraction, x.Fraction + steps);
        if (fraction - x.Fraction + steps < 0) x = At(x, ramp.X, fraction + steps);
        if (fraction - x.Fraction + steps > MaxShift) x = At(x, ramp.X, fraction + steps - MaxShift);      // of so coarse a word 1 is beyond the ramp
        int shift = fraction - x.Fraction + steps;
        int top = ramp.Low < 0 ? Integers.High : Integers.Unsigned;
        int low = Integers.Quantize(ramp.Low, fraction, Integers.Low, top), high = Integers.Quantize(ramp.High, fraction, Integers.Low, top);
        int from = low >> shift, to = Integers.Quantize(ramp.High, fraction, int.MinValue, int.MaxValue) >> shift;
        if (to << shift >= high) to--;       // the high end itself is what is beyond the range
        return Emit(new(PointwiseOp.Ramp, x.Operand) { Offset = Integers.Quantize(offset, x.Fraction, int.MinValue / 4, int.MaxValue / 4), From = from, To = to, Shift = shift }, fraction, low, high, name);
    }

    bool IsVector(int id) => graph[id] is { Op: Op.Slot, Slot: ['P', ..] };

    /// <summary>A sum with a trained vector, and an offset.</summary>
    Word Shifted(Node sum, double offset)
    {
        (int vector, int other) = IsVector(sum.A) ? (sum.A, sum.B) : (sum.B, sum.A);
        Word a = Lower(other, SigmoidTable.Fraction), b = Parameter(vector, a.Fraction, offset);
        int shift = Math.Min(a.Fraction - b.Fraction, MaxShift);      // where the vector is too large for a's format; far beyond it the sum is held at its limit anyway
        return Emit(new(PointwiseOp.Add, a.Operand, b.Operand) { ShiftB = shift }, a.Fraction, a.Low + ((long)b.Low << shift), a.High + ((long)b.High << shift), null);
    }

    Word Multiply(Node n, int? want, string? name)
    {
        Word a = Lower(n.A), b = Lower(n.B);
        long[] corners = [(long)a.Low * b.Low, (long)a.Low * b.High, (long)a.High * b.Low, (long)a.High * b.High];
        long low = corners.Min(), high = corners.Max();
        int sum = a.Fraction + b.Fraction, fits = Math.Min(sum, Fraction(Math.ScaleB(low, -sum), Math.ScaleB(high, -sum)));
        int fraction = Math.Max(Math.Min(want ?? fits, fits), sum - MostShift);
        return Emit(new(PointwiseOp.Multiply, a.Operand, b.Operand) { Shift = sum - fraction }, fraction, Integers.Shift(low, sum - fraction), Integers.Shift(high, sum - fraction), name);
    }

    Word Sum(Node n, int? want, string? name)
    {
        bool subtract = n.Op == Op.Sub;
        (bool freeA, bool freeB) = (IsFree(n.A), IsFree(n.B));
        Word a = default, b = default;
        // what a constant leaves, it is no wider than a word either
        int most = Math.Min(freeA ? Most(n.A) : Integers.MaxFraction, freeB ? Most(n.B) : Integers.MaxFraction);
        if (!freeA) a = At(Lower(n.A, want ?? Hint(n.A)), n.A, most, down: true);
        if (!freeB) b = At(Lower(n.B, want ?? Hint(n.B)), n.B, most, down: true);
        if (freeA) a = FreeWord(n.A, freeB ? Math.Min(want ?? 12, most) : b.Fraction);
        if (freeB) b = FreeWord(n.B, a.Fraction);
        double low = Real(a.Low, a) + (subtract ? -Real(b.High, b) : Real(b.Low, b)), high = Real(a.High, a) + (subtract ? -Real(b.Low, b) : Real(b.High, b));
        int fraction = want ?? Math.Min(Math.Max(a.Fraction, b.Fraction), Fraction(low, high));
        if (want is not null) fraction = Math.Min(fraction, Math.Max(a.Fraction, b.Fraction));
        // both at the finer of all three, so that one rounding is left
        int common = Math.Min(Math.Max(fraction, Math.Max(a.Fraction, b.Fraction)), Math.Min(a.Fraction, b.Fraction) + MaxShift - 1);
        (a, b, fraction) = (At(a, n.A, Math.Min(a.Fraction, common)), At(b, n.B, Math.Min(b.Fraction, common)), Math.Min(fraction, common));
        int shiftA = common - a.Fraction, shiftB = common - b.Fraction, shift = common - fraction;
        long least = ((long)a.Low << shiftA) + (subtract ? -((long)b.High << shiftB) : (long)b.Low << shiftB);
        long greatest = ((long)a.High << shiftA) + (subtract ? -((long)b.Low << shiftB) : (long)b.High << shiftB);
        // a product rounds to any fraction at once; what is wanted of a sum also says where it may be held
        int? Hint(int id) => most < Integers.MaxFraction && graph[id].Op == Op.Mul ? most : null;
        return Emit(new(subtract ? PointwiseOp.Subtract : PointwiseOp.Add, a.Operand, b.Operand) { ShiftA = shiftA, ShiftB = shiftB, Shift = shift }, fraction, Integers.Shift(least, shift), Integers.Shift(greatest, shift), name);
    }

    Word Select(Node n, int? want, string? name)
    {
        Word x = Lower(n.A), a = default, b = default;
        if (!IsFree(n.B)) a = Lower(n.B, want);
        if (!IsFree(n.C)) b = Lower(n.C, want);
        int fraction = IsFree(n.B) ? IsFree(n.C) ? want ?? 12 : b.Fraction : IsFree(n.C) ? a.Fraction : Math.Min(a.Fraction, b.Fraction);
        a = IsFree(n.B) ? FreeWord(n.B, fraction) : At(a, n.B, fraction);
        b = IsFree(n.C) ? FreeWord(n.C, fraction) : At(b, n.C, fraction);
        if (Math.Min(a.Low, b.Low) < 0 && Math.Max(a.High, b.High) > Integers.High)
            (a, b, fraction) = (Convert(a, fraction - 1), Convert(b, fraction - 1), fraction - 1);
        // where x itself is chosen its bounds are those of its part
        int lowA = n.B == n.A ? Math.Max(0, a.Low) : a.Low;
        return Emit(new(PointwiseOp.Select, x.Operand, a.Operand, b.Operand), fraction, Math.Min(lowA, b.Low), Math.Max(a.High, b.High), name);
    }

    /// <summary>Constants and trained vectors take the bits behind the point of what they meet.</summary>
    bool IsFree(int id) => graph[id].Op == Op.Const || graph[id] is { Op: Op.Slot, Slot: ['P', ..] };

    Word FreeWord(int id, int fraction) => graph[id].Op == Op.Const ? Constant(graph[id].Value, fraction) : Parameter(id, fraction);

    Word Constant(double value, int fraction)
    {
        // 1 at fraction 16 is the greatest word: 1 - z then is the complement of z
        int word = Integers.Quantize(value, fraction, Integers.Low, Integers.Unsigned);
        return new(new(-1, word), fraction, word, word);
    }

    Word Parameter(int id, int fraction, double offset = 0)
    {
        if (offset == 0 && converted.TryGetValue((id, fraction), out Word known)) return known;
        string name = form.Cell.Vectors[graph[id].Slot![1] - '0'];
        double[] values = [.. form.Vectors[name].Select(value => value + offset)];
        while (Math.Abs(Math.ScaleB(values.Max(Math.Abs), fraction)) > Integers.High) fraction--;
        if (offset == 0 && converted.TryGetValue((id, fraction), out known)) return known;
        short[] words = [.. values.Select(value => (short)Integers.Quantize(value, fraction))];
        Word word = Emit(new(PointwiseOp.Parameter) { Parameter = new(name, words, fraction) { Offset = offset } }, fraction, words.Min(), words.Max(), name);
        return offset == 0 ? converted[(id, fraction)] = word : word;
    }

    /// <summary>The most bits behind the point of a constant; a trained vector is cut to what it meets.</summary>
    int Most(int id) => graph[id].Op == Op.Const ? Fraction(Math.Min(0, graph[id].Value), Math.Max(0, graph[id].Value)) : Integers.MaxFraction;

    /// <summary>A word with so many bits behind the point, or at most so many.</summary>
    Word At(Word word, int id, int fraction, bool down = false)
    {
        if (word.Fraction == fraction || (down && word.Fraction < fraction)) return word;
        if (converted.TryGetValue((id, fraction), out Word known)) return known;
        return converted[(id, fraction)] = Convert(word, fraction);
    }

    /// <summary>The same number with another count of bits behind the point; held within 16 bits, signed.</summary>
    Word Convert(Word word, int fraction)
    {
        int shift = word.Fraction - fraction, left = Math.Min(Math.Max(-shift, 0), MaxShift);
        shift = Math.Clamp(shift, 0, MostShift);
        return Emit(new(PointwiseOp.Add, word.Operand, new(-1)) { ShiftA = left, Shift = shift }, fraction, Integers.Shift((long)word.Low << left, shift), Integers.Shift((long)word.High << left, shift), null, signed: true);
    }

    Word Emit(Instruction instruction, int fraction, long low, long high, string? name, bool limits = false, bool signed = false)
    {
        int top = low >= 0 && !signed ? Integers.Unsigned : Integers.High;
        limits |= low < Integers.Low || high > top;
        (int least, int greatest) = ((int)Math.Clamp(low, Integers.Low, top), (int)Math.Clamp(high, Integers.Low, top));
        instructions.Add(instruction with { Fraction = fraction, Low = least, High = greatest, Limits = limits, Name = name });
        return new(new(instructions.Count - 1), fraction, least, greatest);
    }

    static double Real(int word, Word format) => Math.ScaleB(word, -format.Fraction);

    /// <summary>The most bits behind the point with which an interval fits in a word; 1 may be the greatest word itself.</summary>
    static int Fraction(double low, double high)
    {
        double magnitude = Math.Max(Math.Abs(low), Math.Abs(high));
        return Integers.Fraction(magnitude, low >= 0 ? Integers.Unsigned + 1 : Integers.High + 1);
    }
}
