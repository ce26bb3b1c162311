using Tern.Cells;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Cli.Bench;

/// <summary>How well the state of the first step can be told from the gradient of the last: singular values of dh_T / dh_0.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Alpha">FastRNN's, fixed; null for a cell without.</param>
/// <param name="Beta">Likewise.</param>
/// <param name="Length">T, steps.</param>
/// <param name="Largest">The largest singular value: above 1 gradients grow, below they vanish.</param>
/// <param name="Condition">The largest over the smallest; infinite where the smallest is 0 to double precision.</param>
sealed record GradientCondition(string Cell, double? Alpha, double? Beta, int Length, double Largest, double Condition);

/// <summary>The Jacobian of a freshly initialised layer on normal input, in double precision by the tensor form.</summary>
static class GradientBench
{
    /// <summary>Measures a cell.</summary>
    /// <param name="cell">A cell of the catalogue.</param>
    /// <param name="rates">FastRNN's fixed alpha and beta; null for others.</param>
    /// <param name="size">Units and input.</param>
    /// <param name="length">Steps.</param>
    /// <param name="seed">Of weights and input.</param>
    public static GradientCondition Measure(string cell, (double Alpha, double Beta)? rates, int size, int length, long seed)
    {
        TorchRuntime.Load();
        manual_seed(seed);
        using var scope = NewDisposeScope();
        var config = new StackConfig
        {
            Cell = CellCatalogue.Resolve(cell, rates is null ? [] : new Dictionary<string, string> { ["rates"] = "fixed" }),
            Input = size,
            Hidden = size,
            Layers = 1,
        };
        if (rates is { } given) config = config with { Alpha = given.Alpha, Beta = given.Beta };
        using var stack = new RecurrentStack(config);
        stack.to(ScalarType.Float64);
        int states = CellCatalogue.Spec(config.Cell).State.Length;
        // one sequence as many times as there are units: row i of the batch has the gradient of h_i
        Tensor x = randn(length, 1, size, dtype: ScalarType.Float64).expand(length, size, size);
        Tensor initial = zeros(1, size, (long)states * size, dtype: ScalarType.Float64, requires_grad: true);
        Tensor last = stack.forward(x, initial).State[0].narrow(1, 0, size);            // [unit, unit]
        last.diagonal().sum().backward();
        Tensor jacobian = initial.grad![0].narrow(1, 0, size);                          // dh_T[i] / dh_0[j]
        double[] values = [.. linalg.svdvals(jacobian).data<double>()];
        return new(cell, rates?.Alpha, rates?.Beta, length, values[0], values[^1] > 0 ? values[0] / values[^1] : double.PositiveInfinity);
    }
}
