using Tern.Cells;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

public sealed class SessionTests
{
    static readonly int[][] Sequences = [[1, 2, 3, 4, 2, 3], [4], [3, 3, 1], [2, 1, 4, 4, 4]];

    [Theory]
    [InlineData(PoolingKind.Last)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Mean)]
    public void Steps_add_up_to_a_run(PoolingKind pooling)
    {
        Network network = Classifier(pooling);
        float[] run = new float[Sequences.Length * 3], step = new float[3];
        network.CreateSession().Run(Sequences, run);
        Session session = network.CreateSession();
        for (int row = 0; row < Sequences.Length; row++)
        {
            session.Reset();
            foreach (int token in Sequences[row])
                session.Step([token], step);
            Near(run.AsSpan(row * 3, 3), step);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_padded_batch_equals_its_sequences_one_by_one(bool bidirectional)
    {
        Network network = Classifier(PoolingKind.Max, bidirectional);
        Session session = network.CreateSession();
        float[] batch = new float[Sequences.Length * 3], one = new float[3];
        session.Run(Sequences, batch);
        for (int row = 0; row < Sequences.Length; row++)
        {
            session.Run([Sequences[row]], one);
            Near(batch.AsSpan(row * 3, 3), one);
        }
    }

    /// <summary>Layers alone are drawn: a running maximum still begins at minus infinity.</summary>
    [Fact]
    public void Random_states_are_of_mean_0_and_deviation_1_in_layers_alone()
    {
        Network network = Classifier(PoolingKind.Max, bidirectional: false);
        SessionState state = network.CreateState(500), again = network.CreateState(500);
        state.Randomize(new Random(1));
        again.Randomize(new Random(1));
        Assert.Equal(state.Values, again.Values);
        float[] drawn = [.. state.Values.ToArray().Where(float.IsFinite)];
        Assert.True(drawn.Length < state.Values.Length && drawn.Length > 500);
        double mean = drawn.Average(value => value), deviation = Math.Sqrt(drawn.Average(value => (value - mean) * (value - mean)));
        Assert.InRange(mean, -0.06, 0.06);
        Assert.InRange(deviation, 0.95, 1.05);
    }

    [Fact]
    public void A_model_that_gives_a_row_for_each_step_gives_zeros_after_the_end()
    {
        Network network = Tagger();
        float[] output = new float[6 * 4 * 3], step = new float[3];
        network.CreateSession().Run(Sequences, output);          // [time, batch, columns]
        for (int row = 0; row < Sequences.Length; row++)
        {
            Session session = network.CreateSession();
            for (int t = 0; t < 6; t++)
            {
                step.AsSpan().Clear();
                if (t < Sequences[row].Length)
                    session.Step([Sequences[row][t]], step);
                Near(step, output.AsSpan((t * 4 + row) * 3, 3));
            }
        }
    }

    [Fact]
    public void Parallel_streams_equal_single_ones()
    {
        Network network = Classifier(PoolingKind.Mean);
        Session three = network.CreateSession(3), one = network.CreateSession();
        float[] outputs = new float[9], output = new float[3];
        int[][] streams = [[1, 2, 3, 4], [4, 4, 1, 1], [2, 3, 2, 3]];
        for (int t = 0; t < 4; t++)
            three.Step([streams[0][t], streams[1][t], streams[2][t]], outputs);
        for (int stream = 0; stream < 3; stream++)
        {
            one.Reset();
            foreach (int token in streams[stream])
                one.Step([token], output);
            Near(output, outputs.AsSpan(stream * 3, 3));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_step_allocates_nothing(int batch)
    {
        Session session = Classifier(PoolingKind.Mean).CreateSession(batch);
        int[] tokens = new int[batch];
        float[] output = new float[batch * 3];
        session.Step(tokens, output);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 100; i++)
                session.Step(tokens, output);
            session.Reset();
            session.State.Gather(tokens);
        }));
    }

    [Fact]
    public void Streams_follow_the_streams_that_are_gathered()
    {
        Network network = Classifier(PoolingKind.Mean);
        Session session = network.CreateSession(3);
        float[] before = new float[9], after = new float[9];
        session.Step([1, 2, 3], before);
        SessionState kept = network.CreateState(3);
        session.State.CopyTo(kept);
        session.Step([4, 4, 4], before);

        kept.CopyTo(session.State);
        session.State.Gather([2, 2, 0]);
        session.Step([4, 4, 4], after);
        Near(before.AsSpan(6, 3), after.AsSpan(0, 3));
        Near(before.AsSpan(6, 3), after.AsSpan(3, 3));
        Near(before.AsSpan(0, 3), after.AsSpan(6, 3));
        Assert.NotEqual(before[0], before[6]);
    }

    [Fact]
    public void A_run_goes_on_from_a_given_state_and_leaves_the_streams_alone()
    {
        RecurrentSpec layer = new() { Name = "encoder.0", Inputs = ["features"], Cell = CellCatalogue.Resolve("sru"), Input = 2, Hidden = 4 };
        ModelSpec spec = new() { Task = "features", Modules = [layer], Output = "encoder.0" };
        Network network = new(spec, SmallModel.Tensors(spec));
        Session session = network.CreateSession();
        float[] x = [.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i))], whole = new float[24], first = new float[12], second = new float[12], step = new float[4];
        session.Step(x.AsSpan(0, 2), step);
        float[] stream = session.State.Values.ToArray();

        session.Run(x, 6, [6], whole);
        SessionState state = network.CreateState();
        session.Run(x.AsSpan(0, 6), 3, [3], first, state);
        session.Run(x.AsSpan(6, 6), 3, [3], second, state);
        Near(whole.AsSpan(0, 12), first);
        Near(whole.AsSpan(12, 12), second);
        Assert.Equal(stream, session.State.Values.ToArray());
    }

    [Fact]
    public void Many_sessions_share_a_network()
    {
        Network network = Classifier(PoolingKind.Max);
        float[] expected = new float[Sequences.Length * 3];
        network.CreateSession().Run(Sequences, expected);
        Parallel.For(0, 16, _ =>
        {
            Session session = network.CreateSession();
            float[] output = new float[expected.Length];
            for (int round = 0; round < 50; round++)
            {
                session.Run(Sequences, output);
                Assert.Equal(expected, output);
            }
        });
    }

    [Fact]
    public void Wrong_use_is_a_clear_error()
    {
        Session session = Classifier(PoolingKind.Last).CreateSession();
        float[] output = new float[3];
        Assert.Contains("module 'encoder.0' is bidirectional", Error(() => Classifier(PoolingKind.Last, bidirectional: true).CreateSession().Step([1], output)));
        Assert.Contains("Token id 5 is unknown to the model; expected 0 to 4.", Error(() => session.Step([5], output)));
        Assert.Contains("Token id -1", Error(() => session.Run([[1, -1]], output)));
        Assert.Contains("Step got 2 token ids; expected 1.", Error(() => session.Step([1, 2], output)));
        Assert.Contains("Step got 2 outputs; expected 3.", Error(() => session.Step([1], output.AsSpan(0, 2).ToArray())));
        Assert.Contains("Run got a sequence of 0 steps; expected 1 to 1.", Error(() => session.Run([[1], []], new float[6])));
        Assert.Contains("reads token ids", Error(() => session.Step([1f], output)));
        Assert.Contains("Run got 3 outputs; expected 6.", Error(() => session.Run([[1], [2]], output)));
        Assert.Contains("Gather got stream 1; expected 0 to 0.", Error(() => session.State.Gather([1])));
        Assert.Contains("Gather got 2 streams; expected 1", Error(() => session.State.Gather([0, 0])));
        Assert.Contains("below 1", Error(() => session.Network.CreateSession(0)));
        Assert.Contains("cannot be copied", Error(() => session.State.CopyTo(session.Network.CreateState(2))));
    }

    static string Error(Action action) => Assert.Throws<TernException>(action).Message;

    static Network Classifier(PoolingKind pooling, bool bidirectional = false)
    {
        RecurrentSpec first = new() { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("sru"), Input = 3, Hidden = 9, Bidirectional = bidirectional, LayerNorm = LayerNormPlace.Before };
        return Network(
        [
            first,
            first with { Name = "encoder.1", Inputs = ["encoder.0"], Input = first.Width, Projection = 2, LayerNorm = LayerNormPlace.After },
            new PoolingSpec { Name = "pooling", Inputs = ["encoder.1"], How = pooling },
            new LinearSpec { Name = "head", Inputs = ["pooling"], Input = first.Width, Output = 3 },
        ]);
    }

    static Network Tagger() => Network(
    [
        new RecurrentSpec { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("mingru"), Input = 3, Hidden = 5 },
        new LinearSpec { Name = "head", Inputs = ["encoder.0"], Input = 5, Output = 3 },
    ]);

    static Network Network(ModuleSpec[] modules)
    {
        ModelSpec spec = new()
        {
            Task = "test",
            Modules = [new EmbeddingSpec { Name = "embedding", Inputs = ["tokens"], Vocabulary = 5, Width = 3 }, .. modules],
            Output = "head",
        };
        return new(spec, SmallModel.Tensors(spec));
    }

    static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) < 1e-5f, $"{expected[i]} {actual[i]}");
    }
}
