using Tern.Cells;
using Tern.FixedPoint;
using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Tern.Cli.Tests.Docs;

/// <summary>The examples of docs/library.md, line for line (<see cref="DocsTests"/> compares), so that they compile and run.</summary>
public sealed class LibraryExample(SmallModel small)
{
    [Fact]
    public void Texts_are_classified()
    {
        string best = small.Sru;
        TextClassifier classifier = TextClassifier.Load(best);

        Prediction one = classifier.Predict("opens a socket to the remote host.");
        Console.WriteLine($"{one.Label} {one.Probability:0.00}");

        string[] texts = ["reads the next line.", "encrypts the given bytes."];
        Prediction[] all = classifier.Predict(texts, threads: Environment.ProcessorCount);     // in the order of the texts
        foreach ((string label, float probability) in all[0].Top(3))
            Console.WriteLine($"{label} {probability:0.00}");
        Assert.Equal(texts.Length, all.Length);
        Assert.Equal(all[0].Label, all[0].Top(1)[0].Label);
    }

    [Fact]
    public void A_stream_is_followed()
    {
        string best = small.Sru;
        Network network = Network.Load(best);
        Session session = network.CreateSession();
        float[] output = new float[network.OutputWidth];
        foreach (int token in network.Spec.Text!.Encode("opens a socket"))
            session.Step([token], output);                    // output: the result of all tokens so far
        Console.WriteLine(network.Spec.Labels![Array.IndexOf(output, output.Max())]);
        Assert.Equal(new TextClassifier(network).Predict("opens a socket").Label, network.Spec.Labels![Array.IndexOf(output, output.Max())]);

        SessionState saved = network.CreateState();           // a place to come back to
        session.State.CopyTo(saved);
        session.Step([1], output);                            // id 1 is any unknown token
        saved.CopyTo(session.State);
        Assert.Equal(saved.Values.ToArray(), session.State.Values.ToArray());
        session.Reset();                                      // before the first step again
        Assert.Equal(network.CreateState().Values.ToArray(), session.State.Values.ToArray());
    }

    [Fact]
    public void A_model_runs_in_whole_numbers()
    {
        float[] series = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 1 ? 0.9f : 0.1f)];
        FixedPointClassifier integers = FixedPointClassifier.Load(Sample("acceleration"));
        Prediction activity = integers.Predict(series);                       // [steps, channels] as measured

        FixedPointSession stream = integers.Network.CreateSession();
        foreach (float[] sample in series.Chunk(integers.Network.InputWidth))
            stream.Step(sample);                                              // as measured too; allocates nothing
        Console.WriteLine(integers.Network.Spec.Labels![stream.Classify()]);
        Assert.Equal(activity.Index, stream.Classify());
    }

    static string Sample(string name) => Path.Combine(Repository.Root, "samples", "models", name + ".safetensors");

    [Fact]
    public void Layers_are_built_run_and_saved()
    {
        TorchRuntime.Load();
        using var all = NewDisposeScope();
        var sru = new Sru(inputSize: 40, hiddenSize: 64, numLayers: 2, dropout: 0.2, bidirectional: true);
        Tensor x = randn(50, 16, 40);                                         // [time, batch, features]
        var (y, state) = sru.forward(x);                                      // [time, batch, 2 x hidden], [layers x 2, batch, hidden]
        Assert.Equal([50, 16, 128], y.shape);
        Assert.Equal([4, 16, 64], state.shape);

        sru.eval();
        int[] lengths = [.. Enumerable.Range(0, 16).Select(i => 50 - i)];
        var (padded, ends) = sru.forward(x, null, lengths);                   // ends: the states at each sequence's own end
        var (alone, end) = sru.forward(x[TensorIndex.Slice(0, 40), TensorIndex.Slice(10, 11)]);
        Assert.True((padded[TensorIndex.Slice(0, 40), TensorIndex.Slice(10, 11)] - alone).abs().max().item<float>() < 1e-5f);
        Assert.True((ends[TensorIndex.Colon, TensorIndex.Slice(10, 11)] - end).abs().max().item<float>() < 1e-5f);
        Assert.Equal(0, padded[TensorIndex.Slice(40, 50), 10].abs().max().item<float>());

        var stream = new Sru(inputSize: 40, hiddenSize: 64);
        Tensor? carried = null;
        foreach (Tensor piece in x.split(10))
        {
            var (part, final) = stream.forward(piece, carried);
            part.pow(2).mean().backward();
            carried = final.detach();                                         // no gradient beyond the piece
        }
        Assert.True((carried! - stream.forward(x).State).abs().max().item<float>() < 1e-5f);
        Assert.All(stream.parameters(), parameter => Assert.NotNull(parameter.grad));

        var variant = new Sru(40, 64, numLayers: 3,
            options: new Dictionary<string, string> { ["g"] = "identity", ["peephole"] = "yes" },
            config: new StackConfig { VariationalDropout = 0.2, LayerNorm = LayerNormPlace.Before, Projection = 16, HighwayBias = -3 });
        Assert.Equal([50, 16, 64], variant.forward(x).Output.shape);

        var stack = new RecurrentStack(new StackConfig { Cell = CellCatalogue.Resolve("mingru"), Input = 40, Hidden = 32, Layers = 2 });
        var (h, last) = stack.forward(x);                                     // [time, batch, hidden], [layers, batch, hidden]
        Assert.Equal([50, 16, 32], h.shape);
        Assert.Equal([2, 16, 32], last.shape);

        string saved = small.At("forecast.safetensors");
        var head = nn.Linear(32, 1);
        ModelSpec spec = new()
        {
            Task = "forecast",
            Modules =
            [
                .. stack.ToSpecs("encoder", ModelSpec.FeaturesInput),
                new PoolingSpec { Name = "last", Inputs = ["encoder.1"], How = PoolingKind.Last },
                new LinearSpec { Name = "head", Inputs = ["last"], Input = 32, Output = 1 },
            ],
            Output = "head",
        };
        Dictionary<string, TensorData> tensors = [];
        foreach (var (name, value) in stack.NamedTensors("encoder").Append(("head.weight", head.weight)).Append(("head.bias", head.bias!)))
            tensors[name] = new TensorData([.. value.shape.Select(size => (int)size)], value.detach().data<float>().ToArray());
        ModelFile.Save(saved, spec, tensors);

        Session forecast = Network.Load(saved).CreateSession();
        float[] next = new float[1];
        forecast.Step(new float[40], next);                                   // one step of 40 features
        Assert.Equal(head.forward(stack.forward(zeros(1, 1, 40)).Output[-1]).item<float>(), next[0], 1e-5f);
    }
}
