using Tern.Cells;
using Tern.Training.Layers;
using static TorchSharp.torch;

namespace Tern.Training.Verification;

/// <summary>
/// The SRU's element-wise part alone with a given dropout mask, h = x' + (g(c) - x') m r: U is the input of a layer
/// whose weight picks its columns.
/// </summary>
static class SruElementwiseCase
{
    public static ReferenceKind Kind { get; } = new("the SRU's element-wise part (mask_c)", reference => reference.Has("mask_c"), Error);

    static double Error(ReferenceCase reference) =>
        Math.Max(Error(reference, FusedScan.Run), Error(reference, TensorScan.Run));

    static double Error(ReferenceCase reference, Func<ScanTensors, ScanCall, (Tensor, Tensor)> run)
    {
        bool skip = reference.Option("has_skip_term", true);
        int hidden = reference.Size("hidden_size"), directions = reference.Option("bidirectional", false) ? 2 : 1;
        var variant = CellCatalogue.Resolve("sru", new Dictionary<string, string>
        {
            ["g"] = reference.Option("activation", "identity"),
            ["output"] = skip ? "highway" : "no-highway",
            ["peephole"] = "yes",
        });
        Tensor u = reference.Tensor("U", "inputs").requires_grad_(), c0 = reference.Tensor("c0", "inputs").requires_grad_();
        Tensor vectors = cat([reference.Tensor("bias", "inputs"), reference.Tensor("weight_c", "inputs")])
            .view(4, directions, hidden).requires_grad_();   // b_f, b_r, v_f, v_r
        if (u.shape is not [>= 1, >= 1, var width] || width % (directions * hidden) != 0)
            throw reference.Fault($"has \"U\" of shape [{string.Join(", ", u.shape)}]; expected [time, batch, {directions * hidden} x 3 or 4]");
        int columns = (int)u.shape[2], k = columns / (directions * hidden), batch = (int)u.shape[1];
        var x = k == 4 || !skip ? null : reference.Tensor("x", "inputs").requires_grad_();
        if (k is not (3 or 4)) throw reference.Fault($"has {k} blocks in \"U\"; expected 3 or 4");
        if (x is not null) reference.CheckShape(x, "x", u.shape[0], batch, directions * hidden);
        var shape = new ScanShape(variant, columns, hidden, directions, ProjectSkip: skip && k == 4);
        var tensors = new ScanTensors(u, x, c0.view(batch, directions, hidden).transpose(0, 1).contiguous(),
            [.. Enumerable.Range(0, directions).Select(d => Columns(d, directions, hidden, k))],
            [.. Enumerable.Range(0, directions).Select(d => vectors.select(1, d).contiguous())], reference.CheckShape(reference.Tensor("mask_c"), "mask_c", batch, directions * hidden));
        var (h, states) = run(tensors, new ScanCall(shape));
        var c = states.transpose(0, 1).reshape(batch, directions * hidden);
        double error = Math.Max(reference.Error(h, "h"), reference.Error(c, "c"));
        (h * reference.Tensor("R")).sum().backward();
        BackwardGuard.ThrowIfFailed();
        var dvectors = vectors.grad!;
        (string Key, Tensor? Gradient)[] gradients =
            [("U", u.grad), ("c0", c0.grad), ("x", x?.grad), ("bias", dvectors.narrow(0, 0, 2).flatten()), ("weight_c", dvectors.narrow(0, 2, 2).flatten())];
        return gradients.Where(g => g.Gradient is not null).Aggregate(error, (e, g) => Math.Max(e, reference.Error(g.Gradient!, g.Key, "grads")));
    }

    /// <summary>W of a direction that picks, for block m and unit j, column (direction, j, m) of U: [k x hidden, columns].</summary>
    static Tensor Columns(int direction, int directions, int hidden, int k)
    {
        var weight = zeros(k * hidden, directions * hidden * k);
        for (int m = 0; m < k; m++)
        {
            for (int j = 0; j < hidden; j++) weight[m * hidden + j, (direction * hidden + j) * k + m] = 1;
        }
        return weight;
    }
}
