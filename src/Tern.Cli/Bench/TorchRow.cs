using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>A row that libtorch's autograd drives: a function of the input, and the parameters that want gradients.</summary>
sealed class TorchRow : BenchRow
{
    readonly Func<Tensor, Tensor> forward;
    readonly Tensor input, outputGradient;
    readonly Tensor[] wanted;
    readonly bool backward;

    /// <param name="cell">Name of the row.</param>
    /// <param name="setting">What is measured.</param>
    /// <param name="matrices">Products with [size, input] matrices that a row of input takes in a layer.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="forward">From input to output.</param>
    /// <param name="parameters">What gradients are wanted of, beside the input.</param>
    /// <param name="recurrent">Products with [size, size] matrices that a step takes beside those.</param>
    /// <param name="flops">Operations of a pass, where those are not its matrices.</param>
    public TorchRow(string cell, Setting setting, int matrices, long[] shape, Func<Tensor, Tensor> forward, IEnumerable<Tensor> parameters, int recurrent = 0, double? flops = null)
        : base(cell, flops ?? setting.Flops(matrices, recurrent))
    {
        this.forward = forward;
        backward = setting.Pass == Pass.ForwardAndBackward;
        input = randn(shape, requires_grad: backward);
        wanted = [input, .. parameters];
        using Tensor output = Once();
        outputGradient = randn(output.shape);
    }

    public override void Run()
    {
        using DisposeScope step = NewDisposeScope();
        if (backward) autograd.grad([forward(input)], wanted, [outputGradient]);
        else Once();
    }

    Tensor Once()
    {
        using IDisposable off = no_grad();
        return forward(input);
    }

    public override void Dispose()
    {
        foreach (Tensor tensor in wanted) tensor.Dispose();
        outputGradient.Dispose();
    }
}
