using Tern.Cli.Bench;
using Tern.Training.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Tern.Cli.Tests.Bench;

/// <summary>The bench's recurrence alone, against the same in tensor operations.</summary>
public sealed class FoPoolingTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(4, 3, 6, 3, 1)]
    [InlineData(7, 5, 70, 70, 1)]
    [InlineData(5, 3, 150, 75, 2)]
    public void Equals_tensor_operations_and_their_gradients(int time, int batch, int units, int reversedFrom, int threads)
    {
        TorchRuntime.Load();
        manual_seed(1);
        using DisposeScope scope = NewDisposeScope();
        Tensor z = randn(time, batch, units), f = rand(time, batch, units), weight = randn(time, batch, units);

        (Tensor c, Tensor dz, Tensor df) = Gradients((z, f) => FoPooling.Run(z, f, reversedFrom, threads));
        (Tensor expected, Tensor expectedDz, Tensor expectedDf) = Gradients((z, f) =>
            cat([Loop(z.narrow(2, 0, reversedFrom), f.narrow(2, 0, reversedFrom)), Loop(z.narrow(2, reversedFrom, units - reversedFrom).flip(0), f.narrow(2, reversedFrom, units - reversedFrom).flip(0)).flip(0)], 2));

        Assert.True(allclose(c, expected, 1e-5, 1e-6));
        Assert.True(allclose(dz, expectedDz, 1e-5, 1e-6));
        Assert.True(allclose(df, expectedDf, 1e-5, 1e-6));

        (Tensor, Tensor, Tensor) Gradients(Func<Tensor, Tensor, Tensor> run)
        {
            Tensor a = z.clone().requires_grad_(), b = f.clone().requires_grad_();
            Tensor result = run(a, b);
            IList<Tensor> gradients = autograd.grad([result], [a, b], [weight]);
            return (result.detach(), gradients[0], gradients[1]);
        }

        static Tensor Loop(Tensor z, Tensor f)
        {
            Tensor c = zeros_like(z[0]);
            var states = new List<Tensor>();
            for (int t = 0; t < z.shape[0]; t++) states.Add(c = f[t] * c + (1 - f[t]) * z[t]);
            return stack(states);
        }
    }
}
