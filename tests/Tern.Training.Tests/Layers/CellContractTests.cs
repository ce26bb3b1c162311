using Tern.Cells;
using Tern.Kernels;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Layers;

/// <summary>What holds for every cell of the catalogue, in every variant.</summary>
[Collection(nameof(Torch))]
public sealed class CellContractTests
{
    static CellContractTests() => TorchRuntime.Load();

    public static TheoryData<string> Variants => [.. CellCatalogue.Variants.Select(v => v.ToString())];

    /// <summary>Those with a recurrent matrix.</summary>
    public static TheoryData<string> Recurrent => [.. CellCatalogue.Variants.Where(v => CellCatalogue.Spec(v).Recurrent.Length > 0).Select(v => v.ToString())];

    /// <summary>Sizes: time, batch, input, hidden.</summary>
    static readonly (int Time, int Batch, int Input, int Hidden)[] Sizes =
        [(5, 2, 3, 3), (1, 1, 1, 1), (4, 33, 17, 17), (7, 3, 5, 100), (12, 9, 24, 24)];

    [Theory, MemberData(nameof(Variants))]
    public void Fused_equals_tensor_form_forward_and_backward(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        foreach (var (time, batch, input, hidden) in Sizes)
        {
            foreach (bool bidirectional in (bool[])[false, true])
            {
                foreach (bool padded in (bool[])[false, true])
                {
                    AssertExact(variant, time, batch, input, hidden, bidirectional, padded && time > 1);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Options_of_a_call_equal_the_tensor_form(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: true, padded: true, mask: true);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: false, padded: true, stateAt: true);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: true, padded: true, separateSkip: true);
        AssertExact(variant, 6, 5, 18, 9, bidirectional: true, padded: true, mask: true, stateAt: true, products: MatrixProducts.Libtorch);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: false, padded: false, products: MatrixProducts.Libtorch);
    }

    [Theory, MemberData(nameof(Recurrent))]
    public void A_recurrent_matrix_of_low_rank_equals_the_tensor_form(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: true, padded: true, mask: true, rank: 3);
        AssertExact(variant, 6, 5, 7, 33, bidirectional: false, padded: false, stateAt: true, rank: 20);
    }

    [Theory, MemberData(nameof(Recurrent))]
    public void Normalised_recurrent_products_equal_the_tensor_form(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        AssertExact(variant, 6, 5, 7, 9, bidirectional: true, padded: true, mask: true, recurrentNorm: true);
        AssertExact(variant, 5, 4, 7, 18, bidirectional: false, padded: false, stateAt: true, rank: 5, recurrentNorm: true);
    }

    [Fact]
    public void Many_blocks_of_time_equal_the_tensor_form()
    {
        AssertExact(CellCatalogue.Resolve("sru"), 600, 2, 4, 4, bidirectional: true, padded: true);
        AssertExact(CellCatalogue.Resolve("sru"), 30, 40, 6, 5, bidirectional: false, padded: true);
        foreach (string cell in (string[])["fastrnn", "gru", "lstm"])
        {
            AssertExact(CellCatalogue.Resolve(cell), 200, 4, 5, 6, bidirectional: true, padded: true);
            AssertExact(CellCatalogue.Resolve(cell), 200, 4, 5, 6, bidirectional: true, padded: false, rank: 2);
            AssertExact(CellCatalogue.Resolve(cell), 200, 4, 5, 6, bidirectional: true, padded: false, products: MatrixProducts.Libtorch);
        }
    }

    [Theory, InlineData(128), InlineData(256), InlineData(512)]
    public void Every_vector_width_equals_the_tensor_form(int bits)
    {
        int before = Simd.Bits;
        try
        {
            Simd.Bits = bits;
            foreach (var variant in CellCatalogue.Variants) AssertExact(variant, 4, 3, 31, 31, bidirectional: false, padded: true);
        }
        finally
        {
            Simd.Bits = before;
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Threads_change_results_only_by_rounding_and_runs_not_at_all(string name)
    {
        var variant = CellCatalogue.Variants.Single(v => v.ToString() == name);
        int before = get_num_threads();
        using var scope = NewDisposeScope();
        try
        {
            List<Tensor> Run(int threads)
            {
                set_num_threads(threads);
                return new LayerCase(variant, 20, 12, 64, 64, bidirectional: true, padded: true).Fused();
            }
            var one = Run(1);
            var two = Run(2);
            Assert.True(LayerCase.Difference(two, one) < 1e-5);
            Assert.All(one.Zip(Run(1)), p => Assert.True(p.First.equal(p.Second).all().item<bool>()));
            Assert.All(two.Zip(Run(2)), p => Assert.True(p.First.equal(p.Second).all().item<bool>()));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    static void AssertExact(CellVariant variant, int time, int batch, int input, int hidden, bool bidirectional, bool padded,
        bool separateSkip = false, bool mask = false, bool stateAt = false, MatrixProducts products = MatrixProducts.Own, int rank = 0, bool recurrentNorm = false)
    {
        double error = new LayerCase(variant, time, batch, input, hidden, bidirectional, padded, separateSkip, mask, stateAt, products, rank, recurrentNorm).LargestError();
        double limit = variant.Cell == "fastgrnn" ? 2e-5 : 1e-5;   // its zeta may amplify what a relu lets through
        Assert.True(error < limit, $"{variant} time {time} batch {batch} input {input} hidden {hidden} bidirectional {bidirectional} padded {padded} rank {rank}: {error:g3}");
    }
}

/// <summary>libtorch's random numbers, threads and dispose scopes are shared: tests that use them take turns.</summary>
[CollectionDefinition(nameof(Torch), DisableParallelization = true)]
public sealed class Torch;
