using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

public sealed class TimePoolingTests
{
    static readonly int[] Lengths = [3, 7, 1, 5];

    public TimePoolingTests() => TorchRuntime.Load();

    public static MatrixTheoryData<PoolingKind, int> Cases => new(Enum.GetValues<PoolingKind>(), [1, 17, 64]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_and_gradients_equal_those_of_libtorch(PoolingKind how, int width)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(7, Lengths.Length, width).requires_grad_();
        Tensor weight = randn(Lengths.Length, width);
        Tensor own = TimePooling.Pool(x, Lengths, how), reference = TimePooling.PoolTensors(x, Lengths, how);
        Assert.True(own.allclose(reference, 1e-6, 1e-6));
        Tensor dx = autograd.grad([(own * weight).sum()], [x])[0], expected = autograd.grad([(reference * weight).sum()], [x])[0];
        Assert.True(dx.allclose(expected, 1e-6, 1e-6));
        Assert.NotEqual(0, expected.abs().sum().item<float>());
    }

    [Fact]
    public void Strided_sequences_and_gradients_are_read_as_they_lie()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(Lengths.Length, 7, 10).requires_grad_();   // batch first
        Tensor sequences = x.transpose(0, 1)[TensorIndex.Ellipsis, TensorIndex.Slice(2, 7)];
        Tensor own = TimePooling.Pool(sequences, Lengths, PoolingKind.Max), reference = TimePooling.PoolTensors(sequences, Lengths, PoolingKind.Max);
        Assert.True(own.equal(reference).all().item<bool>());
        // the gradient of a sum is one number, expanded
        Assert.True(autograd.grad([own.sum()], [x])[0].allclose(autograd.grad([reference.sum()], [x])[0]));
    }

    [Fact]
    public void Without_gradients_no_graph_is_made()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(7, Lengths.Length, 3).requires_grad_();
        using var none = no_grad();
        Assert.False(TimePooling.Pool(x, Lengths, PoolingKind.Mean).requires_grad);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_length_that_does_not_fit_is_one_clear_error(int length)
    {
        using Tensor x = zeros(7, 1, 2);
        var error = Assert.Throws<TernException>(() => TimePooling.Pool(x, [length], PoolingKind.Max));
        Assert.Contains($"{length} steps", error.Message);
        Assert.Throws<TernException>(() => TimePooling.Pool(x, [1, 1], PoolingKind.Max));
    }
}
