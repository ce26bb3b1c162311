using Tern.Cells;
using Tern.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

/// <summary>One layer with random tensors, run by the fused function and by the tensor form.</summary>
sealed class LayerCase
{
    readonly ScanShape shape;
    readonly ScanCall call;
    readonly ScanTensors tensors;
    readonly Tensor outputWeight, stateWeight;

    public LayerCase(CellVariant variant, int time, int batch, int input, int hidden, bool bidirectional, bool padded,
        bool separateSkip = false, bool mask = false, bool stateAt = false, MatrixProducts products = MatrixProducts.Own, int rank = 0, bool recurrentNorm = false, int seed = 1)
    {
        manual_seed(seed);
        int directions = bidirectional ? 2 : 1;
        var spec = CellCatalogue.Spec(variant);
        shape = new ScanShape(variant, input, hidden, directions, ProjectSkip: spec.Skip && !separateSkip && input != directions * hidden, spec.Recurrent.Length > 0 ? rank : 0);
        var random = new Random(seed);
        call = new ScanCall(shape)
        {
            Constants = [.. spec.Constants.Select((_, k) => 0.9f - 0.3f * k)],
            Padding = padded ? SequencePadding.Of([.. Enumerable.Range(0, batch).Select(_ => random.Next(1, time + 1))], time) : null,
            StateAt = stateAt ? [.. Enumerable.Range(0, batch).Select(_ => random.Next(time))] : null,
            Products = products,
        };
        tensors = new ScanTensors(
            Random([time, batch, input]),
            separateSkip && spec.Skip ? Random([time, batch, directions * hidden]) : null,
            Random([directions, batch, spec.State.Length * hidden]),
            [.. Enumerable.Range(0, directions).Select(_ => Random([shape.Blocks * hidden, input], 1 / Math.Sqrt(input)))],
            [.. Enumerable.Range(0, directions).Select(_ => Random([spec.Vectors.Length, hidden], 0.5))],
            mask ? empty(batch, directions * hidden).bernoulli_(0.7).div_(0.7) : null,
            spec.Zoneout ? empty(time, batch, directions * hidden).bernoulli_(0.7) : null)
        {
            Recurrent = spec.Recurrent.Length == 0 ? [] : [.. Enumerable.Range(0, directions).Select(_ => Factors(spec.Recurrent.Length, hidden, shape.Rank))],
            RecurrentNorms = !recurrentNorm || !Tern.Model.RecurrentSpec.NormalisesRecurrent(spec) ? [] : [.. Enumerable.Range(0, directions).Select(_ => Random([spec.Recurrent.Length * hidden], 0.4))],
            StateNorms = spec.Normalised is null ? [] : [.. Enumerable.Range(0, directions).Select(_ => Random([2, hidden], 0.5))],
            Scalars = spec.Scalars.Length == 0 ? [] : [.. Enumerable.Range(0, directions).Select(_ => (rand(spec.Scalars.Length) * 0.4 + 0.2).requires_grad_())],
        };
        outputWeight = randn(time, batch, directions * hidden);
        stateWeight = randn(directions, batch, spec.State.Length * hidden);
    }

    /// <summary>U, or its two factors; small, so that no cell is chaotic.</summary>
    static Tensor[] Factors(int blocks, int hidden, int rank) => rank == 0
        ? [Random([blocks * hidden, hidden], 0.4 / Math.Sqrt(hidden))]
        : [Random([rank, hidden], 0.4 / Math.Sqrt(hidden)), Random([blocks * hidden, rank], 0.4 / Math.Sqrt(rank))];

    static Tensor Random(long[] size, double deviation = 1) => (randn(size) * deviation).requires_grad_();

    /// <summary>Output, states and the gradients of sum(output R) + sum(state R'), by the fused function.</summary>
    public List<Tensor> Fused() => Results(FusedScan.Run, tensors);

    /// <summary>The same by the tensor form in double precision.</summary>
    public List<Tensor> Reference() => Results(TensorScan.Run, new ScanTensors(
        Double(tensors.X)!, Double(tensors.Skip), Double(tensors.State)!, [.. tensors.Weights.Select(t => Double(t)!)],
        [.. tensors.Vectors.Select(t => Double(t)!)], Double(tensors.Mask), Double(tensors.Keep))
    {
        Recurrent = [.. tensors.Recurrent.Select(factors => factors.Select(t => Double(t)!).ToArray())],
        Scalars = [.. tensors.Scalars.Select(t => Double(t)!)],
        RecurrentNorms = [.. tensors.RecurrentNorms.Select(t => Double(t)!)],
        StateNorms = [.. tensors.StateNorms.Select(t => Double(t)!)],
    });

    static Tensor? Double(Tensor? t) => t?.detach().to(ScalarType.Float64).requires_grad_(t.requires_grad);

    List<Tensor> Results(Func<ScanTensors, ScanCall, (Tensor, Tensor)> run, ScanTensors with)
    {
        foreach (var t in with.InOrder()) t.grad = null;
        var (output, state) = run(with, call);
        ((output * outputWeight).sum() + (state * stateWeight).sum()).backward();
        BackwardGuard.ThrowIfFailed();
        return [output.detach(), state.detach(), .. with.InOrder().Where(t => t.requires_grad).Select(t => t.grad!.clone())];
    }

    /// <summary>Largest difference of the two, relative to the largest entry (or 0.01) of each tensor.</summary>
    public double LargestError()
    {
        using var scope = NewDisposeScope();
        return Difference(Fused(), Reference());
    }

    public static double Difference(List<Tensor> actual, List<Tensor> expected) =>
        actual.Zip(expected).Max(p => (p.First - p.Second).abs().max().to(ScalarType.Float64).item<double>()
            / Math.Max(Least(p.Second), p.Second.abs().max().to(ScalarType.Float64).item<double>()));

    /// <summary>The gradient of a number of the whole layer is a sum over all steps and units, whose parts cancel.</summary>
    static double Least(Tensor expected) => expected.dim() == 1 ? 1 : 0.01;
}
