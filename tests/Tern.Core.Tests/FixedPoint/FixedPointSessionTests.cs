using Tern.Cells;
using Tern.FixedPoint;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.FixedPoint;

/// <summary>A session gives what the plain interpreter gives, word for word, and allocates nothing.</summary>
public sealed class FixedPointSessionTests
{
    [Fact]
    public void Random_models_agree_with_the_interpreter_at_every_step()
    {
        for (int seed = 1; seed <= 400; seed++)
        {
            (FixedNetwork network, IReadOnlyList<float[]> sequences) = RandomModel.Compiled(seed);
            SessionPair.Check(network, sequences, seed);
        }
    }

    /// <summary>Sizes around the lanes of vectors, which random small models hardly have.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 8)]
    [InlineData(9, 15)]
    [InlineData(16, 16)]
    [InlineData(5, 17)]
    [InlineData(33, 31)]
    [InlineData(3, 64)]
    public void Any_size_agrees_with_the_interpreter(int input, int hidden)
    {
        foreach (CellVariant cell in RandomModel.Cells)
        {
            ModelSpec spec = RandomModel.Layer(cell, input, hidden, PoolingKind.Mean);
            IReadOnlyList<float[]> sequences = Calibration.Seeded(input, 2, 6, seed: 3);
            SessionPair.Check(FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(hidden)), sequences), sequences, hidden);
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("lstm"), 5, 20, PoolingKind.Mean, 3, 4);
        FixedPointSession session = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), Calibration.Seeded(5, 2, 6, seed: 3)).CreateSession();
        float[] measured = [1, 2, 3, 4, 5];
        short[] words = [1, 2, 3, 4, 5];
        int[] output = new int[3];
        Step();
        Assert.Equal(0, Allocations.Least(Step));

        void Step()
        {
            session.Step(measured);
            session.Step(words);
            session.Output(output);
            session.Classify();
            session.Reset();
        }
    }

    [Fact]
    public void A_step_of_another_width_is_refused()
    {
        ModelSpec spec = RandomModel.Layer(CellCatalogue.Resolve("fastgrnn"), 3, 4);
        FixedPointSession session = FixedPointCompiler.Compile(spec, RandomModel.Tensors(spec, new Random(1)), Calibration.Seeded(3, 2, 6, seed: 3)).CreateSession();
        Assert.Equal("Step got 2 words; expected 3.", Assert.Throws<TernException>(() => session.Step(new short[2])).Message);
        Assert.Equal("Step got 4 numbers; expected 3.", Assert.Throws<TernException>(() => session.Step(new float[4])).Message);
    }
}
