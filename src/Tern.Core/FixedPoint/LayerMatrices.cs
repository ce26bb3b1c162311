namespace Tern.FixedPoint;

/// <summary>The matrices of a layer as whole numbers, a block for each gate.</summary>
sealed class LayerMatrices
{
    public LayerMatrices(LayerForm form, int bits)
    {
        int hidden = form.Spec.Hidden;
        string[] input = [.. Enumerable.Range(0, form.Spec.Blocks).Select(form.BlockSlot)], recurrent = [.. Enumerable.Range(0, form.Cell.Recurrent.Length).Select(form.RecurrentSlot)];
        // float factors can take one scale, so that W_2 a + U_2 b is one product
        Joined = form is { InputFactor: not null, StateFactor: not null } && form.Weight.Integers is null && form.Recurrent!.Integers is null ? [.. recurrent.Intersect(input)] : [];
        InputFactor = form.InputFactor?.Quantize(Name(form, "w1"), bits);
        StateFactor = form.StateFactor?.Quantize(Name(form, "u1"), bits);
        for (int k = 0; k < input.Length; k++)
        {
            SourceMatrix block = form.Weight.Block(k * hidden, hidden);
            int other = Array.IndexOf(recurrent, input[k]);
            bool joined = Joined.Contains(input[k]);
            if (joined) block = block.Beside(form.Recurrent!.Block(other * hidden, hidden));
            string letter = k < form.Cell.Input.Length ? form.Cell.Input[k] : "skip";
            Input.Add(input[k], block.Quantize(Name(form, (joined ? "wu2_" : form.InputFactor is null ? "w_" : "w2_") + letter), bits));
        }
        for (int k = 0; k < recurrent.Length; k++)
            if (!Joined.Contains(recurrent[k]))
                Recurrent.Add(recurrent[k], form.Recurrent!.Block(k * hidden, hidden).Quantize(Name(form, (form.StateFactor is null ? "u_" : "u2_") + form.Cell.Recurrent[k]), bits));
    }

    /// <summary>[rank, input]; null for a full weight.</summary>
    public FixedMatrix? InputFactor { get; }

    /// <summary>[rank, hidden]; null for a full recurrent matrix.</summary>
    public FixedMatrix? StateFactor { get; }

    /// <summary>Blocks of W by slot; of the joined slots W and U side by side.</summary>
    public Dictionary<string, FixedMatrix> Input { get; } = [];

    /// <summary>The other blocks of U by slot.</summary>
    public Dictionary<string, FixedMatrix> Recurrent { get; } = [];

    /// <summary>Slots whose W and U are one matrix that reads both ranks.</summary>
    public IReadOnlyList<string> Joined { get; }

    /// <summary>The greatest row of what reads the layer's input.</summary>
    public long InputRow => InputFactor?.LargestRow ?? Input.Values.Max(matrix => matrix.LargestRow);

    /// <summary>The greatest row of what reads its state.</summary>
    public long StateRow => StateFactor?.LargestRow ?? Recurrent.Values.Select(matrix => matrix.LargestRow).DefaultIfEmpty().Max();

    static string Name(LayerForm form, string part) => $"{form.Name}_{CName.Of(part)}";
}
