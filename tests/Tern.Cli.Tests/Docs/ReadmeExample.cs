using Tern.Model;
using Tern.Training.Layers;
using Tern.Training.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Tern.Cli.Tests.Docs;

/// <summary>README's examples, line for line (<see cref="DocsTests"/> compares), so that they compile and run.</summary>
public sealed class ReadmeExample(SmallModel small)
{
    [Fact]
    public void Training_learns()
    {
        TorchRuntime.Load();
        using var all = NewDisposeScope();
        manual_seed(1);
        var sru = new Sru(inputSize: 40, hiddenSize: 128, numLayers: 2);   // was: nn.LSTM(40, 128, numLayers: 2)
        var head = nn.Linear(128, 5);
        var adam = optim.Adam([.. sru.parameters(), .. head.parameters()], lr: 3e-3);
        Tensor x = randn(50, 16, 40), y = randint(5, 16);                  // [time, batch, features], [batch]
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            var (output, state) = sru.forward(x);                          // [time, batch, hidden], [layers, batch, hidden]
            Tensor loss = nn.functional.cross_entropy(head.forward(output[-1]), y);
            adam.zero_grad();
            loss.backward();
            adam.step();
        }
        Tensor learnt = head.forward(sru.forward(x).Output[-1]).argmax(1);
        Assert.Equal(y.data<long>().ToArray(), learnt.data<long>().ToArray());
    }

    [Fact]
    public void A_trained_model_predicts()
    {
        Directory.CreateDirectory(small.At("runs/quickstart/sru"));
        File.Copy(small.Sru, small.At("runs/quickstart/sru/best.safetensors"), overwrite: true);
        TextClassifier Load(string path) => TextClassifier.Load(small.At(path));
        var classifier = Load("runs/quickstart/sru/best.safetensors");
        Prediction prediction = classifier.Predict("opens a socket to the remote host.");
        Console.WriteLine($"{prediction.Label} {prediction.Probability:0.00}");
        Assert.Contains(prediction.Label, (string[])["bird", "fruit", "tool"]);
        Assert.InRange(prediction.Probability, 1f / 3, 1f);
    }
}
