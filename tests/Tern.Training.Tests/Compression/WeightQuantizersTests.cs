using Tern.Matrices;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Compression;

[Collection(nameof(Layers.Torch))]
public sealed class WeightQuantizersTests
{
    static WeightQuantizersTests() => TorchRuntime.Load();

    static readonly float[] Weights = [1, -2, 0.1f, 0, -0.2f, 3];

    public static TheoryData<string, float[]> Cases => new()
    {
        { "binary", [1, -1, 1, 0, -1, 1] },
        { "bwn", [1.05f, -1.05f, 1.05f, 0, -1.05f, 1.05f] },        // mean |w| = 6.3 / 6
        { "lab", [1.05f, -1.05f, 1.05f, 0, -1.05f, 1.05f] },        // D = 1
        { "ternary", [1, -1, 0, 0, 0, 1] },                         // above 0.735
        { "twn", [2, -2, 0, 0, 0, 2] },                             // (1 + 2 + 3) / 3
        { "lat", [0, -2.5f, 0, 0, 0, 2.5f] },                       // from alpha = 2, above 1: -2 and 3, alpha = 2.5, above 1.25: the same
    };

    static Func<Tensor, Tensor> Quantizer(string name) => name switch
    {
        "binary" => WeightQuantizers.BinaryConnect,
        "bwn" => WeightQuantizers.BinaryWeightNetwork,
        "lab" => weight => WeightQuantizers.LossAwareBinarization(weight, null),
        "ternary" => WeightQuantizers.TernaryConnect,
        "twn" => WeightQuantizers.TernaryWeightNetwork,
        "lat" => weight => WeightQuantizers.LossAwareTernarization(weight, null),
        "8" => weight => WeightQuantizers.Symmetric(weight, 8),
        _ => weight => WeightQuantizers.Symmetric(weight, 16, (int)weight.size(0)),
    };

    [Theory, MemberData(nameof(Cases))]
    public void Values_are_those_worked_out_by_hand(string name, float[] expected)
    {
        using var scope = NewDisposeScope();
        float[] values = Quantizer(name)(tensor(Weights, 2, 3)).data<float>().ToArray();
        for (int i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], 1e-6f);
    }

    [Fact]
    public void The_second_moment_weighs_errors()
    {
        using var scope = NewDisposeScope();
        Tensor weight = tensor((float[])[1, 3], 1, 2), moment = tensor((float[])[9, 1], 1, 2);
        Assert.Equal(1.5f, WeightQuantizers.LossAwareBinarization(weight, moment)[0, 1].item<float>(), 1e-6f);     // (3 * 1 + 1 * 3) / 4
        // above 0.7 * 2 is 3 alone: alpha 3, and above 1.5 it is again
        Assert.Equal([0, 3], WeightQuantizers.LossAwareTernarization(weight, moment).data<float>().ToArray());
    }

    [Fact]
    public void Zero_weights_stay_zero()
    {
        using var scope = NewDisposeScope();
        foreach (string name in (string[])["binary", "bwn", "lab", "ternary", "twn", "lat", "8", "16 rows"])
            Assert.Equal(new float[6], Quantizer(name)(zeros(2, 3)).data<float>().ToArray());
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("bwn")]
    [InlineData("lab")]
    [InlineData("ternary")]
    [InlineData("twn")]
    [InlineData("lat")]
    [InlineData("8")]
    [InlineData("16 rows")]
    public void The_gradient_passes_straight_through_to_the_full_precision_weight(string name)
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(4, 5).requires_grad_(), x = randn(3, 5), direction = randn(3, 4);
        Tensor used = StraightThrough.Apply(weight, Quantizer(name));
        Assert.True(used.equal(Quantizer(name)(weight.detach())).all().item<bool>());
        Assert.True(used.requires_grad);
        Tensor gradient = autograd.grad([(x.matmul(used.t()).tanh() * direction).sum()], [weight])[0];

        // the same loss of a weight that has the quantised values
        Tensor plain = used.detach().requires_grad_();
        Tensor expected = autograd.grad([(x.matmul(plain.t()).tanh() * direction).sum()], [plain])[0];
        Assert.True(gradient.equal(expected).all().item<bool>());
        Assert.NotEqual(0, expected.abs().sum().item<float>());

        // and that one is right by differences: of the loss as the value used moves
        using var none = no_grad();
        foreach (int i in (int[])[0, 7, 19])
        {
            const double step = 1e-4;
            Tensor moved = zeros(20, ScalarType.Float64);
            moved[i] = step;
            double Loss(Tensor w) => (x.to(ScalarType.Float64).matmul(w.t()).tanh() * direction).sum().ToDouble();
            Tensor at = used.detach().to(ScalarType.Float64), by = moved.view(4, 5);
            Assert.Equal((Loss(at + by) - Loss(at - by)) / (2 * step), gradient.flatten()[i].ToDouble(), 1e-4);
        }
    }

    [Fact]
    public void Without_gradients_no_graph_is_made()
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(4, 5).requires_grad_();
        using (no_grad()) Assert.False(StraightThrough.Apply(weight, WeightQuantizers.BinaryConnect).requires_grad);
        Assert.False(StraightThrough.Apply(weight.detach(), WeightQuantizers.BinaryConnect).requires_grad);
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(8, 12)]
    [InlineData(16, 1)]
    [InlineData(16, 12)]
    public void What_training_sees_is_what_the_file_stores(int bits, int scales)
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(12, 7);
        float[] stored = MatrixPacker.Decode(MatrixPacker.Encode(weight.ToData(), new IntegerEncoding { Bits = bits, Scales = scales })).Values;
        Assert.Equal(stored, WeightQuantizers.Symmetric(weight, bits, scales).data<float>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Ternary_weights_in_training_are_those_that_the_file_stores(int scales)
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn(12, 7);
        float[] stored = MatrixPacker.Decode(MatrixPacker.Encode(weight.ToData(), new TernaryEncoding { Scales = scales })).Values;
        float[] seen = WeightQuantizers.PerBlock(weight, scales, WeightQuantizers.TernaryWeightNetwork).data<float>().ToArray();
        for (int i = 0; i < seen.Length; i++) Assert.Equal(seen[i], stored[i], 1e-6f);
    }

    [Fact]
    public void Blocks_are_quantised_by_themselves()
    {
        using var scope = NewDisposeScope();
        Tensor weight = tensor((float[])[1, -1, 10, 10], 2, 2);
        Assert.Equal([1, -1, 10, 10], WeightQuantizers.PerBlock(weight, 2, WeightQuantizers.BinaryWeightNetwork).data<float>().ToArray());
        Assert.Equal([5.5f, -5.5f, 5.5f, 5.5f], WeightQuantizers.PerBlock(weight, 1, WeightQuantizers.BinaryWeightNetwork).data<float>().ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("to 4 bits; expected 8 or 16", Assert.Throws<TernException>(() => WeightQuantizers.Symmetric(zeros(2, 2), 4)).Message);
        Assert.Contains("2 rows has no 3 equal blocks", Assert.Throws<TernException>(() => WeightQuantizers.Symmetric(zeros(2, 2), 8, 3)).Message);
        Assert.Contains("no 0 equal blocks", Assert.Throws<TernException>(() => WeightQuantizers.PerBlock(zeros(2, 2), 0, WeightQuantizers.BinaryConnect)).Message);
        Assert.Contains("expected the same shape", Assert.Throws<TernException>(() => StraightThrough.Apply(zeros(2, 3), weight => weight.t())).Message);
    }
}
