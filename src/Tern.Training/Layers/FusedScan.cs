using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>
/// A recurrent layer, one or both directions, as one autograd function that owns its products and its scans. Rows of
/// the batch are split between workers; their parts of the weight gradients are added in the workers' order, so that a
/// result depends on the number of threads but not on timing.
/// Peak memory of a training step, in floats, with S states, K blocks, N inputs, H units, D directions, W workers:
/// kept for the backward T B D (K + S) H, output T B D H (which is one of the states of a recurrent cell, if nothing is padded); in the backward T B N for the gradient of x and
/// W (K H N + V H) for those of W and V vectors, and a block of scratch a worker (docs/architecture.md).
/// </summary>
sealed class FusedScan : autograd.MultiTensorFunction<FusedScan>
{
    public override string Name => nameof(FusedScan);

    /// <summary>Output [time, batch, directions x units] and final states [directions, batch, states x units].</summary>
    public static (Tensor Output, Tensor State) Run(ScanTensors tensors, ScanCall call)
    {
        Tensor[] inputs = [.. tensors.InOrder()];
        bool train = is_grad_enabled() && Array.Exists(inputs, t => t.requires_grad);
        var scan = new ScanRun(call, tensors, train);
        if (train)
        {
            var results = apply([.. inputs, scan]);
            return (results[0], results[1]);
        }
        using var scope = NewDisposeScope();
        var (output, state, _) = scan.Forward(inputs);
        return (output.MoveToOuterDisposeScope(), state.MoveToOuterDisposeScope());
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var scan = (ScanRun)vars[^1];
        var inputs = vars[..^1].Cast<Tensor>().ToArray();
        using var scope = NewDisposeScope();
        var (output, state, kept) = scan.Forward(inputs);
        foreach (var tensor in kept) tensor.MoveToOuterDisposeScope();
        ctx.save_for_backward([.. inputs, .. kept]);
        ctx.save_data("scan", scan);
        ctx.set_materialize_grads(false);   // TorchSharp would make the missing ones like the outputs, which may be disposed by then
        return [output.MoveToOuterDisposeScope(), state.MoveToOuterDisposeScope()];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> gradients)
    {
        var scan = (ScanRun)ctx.get_data("scan");
        return BackwardGuard.Run(() =>
        {
            var saved = ctx.get_saved_variables();
            using var scope = NewDisposeScope();
            var results = scan.Backward([.. saved], Given(gradients[0]), Given(gradients[1]));
            foreach (var tensor in results) tensor?.MoveToOuterDisposeScope();
            foreach (var tensor in saved) tensor.Dispose();
            return [.. results, null];   // no gradient for what is no tensor
        }, scan.Inputs + 1);
    }

    /// <summary>Null for the gradient of an output that nothing was computed of.</summary>
    static Tensor? Given(Tensor? gradient) => gradient is null || gradient.IsInvalid ? null : gradient;
}
