using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

public sealed class TextClassifierTests
{
    [Fact]
    public void Answers_come_in_the_order_of_the_texts_whatever_the_batches_and_threads()
    {
        using TemporaryFolder folder = new();
        ModelFile.Save(folder["m"], SmallModel.Spec, SmallModel.Tensors(SmallModel.Spec));
        TextClassifier classifier = TextClassifier.Load(folder["m"]);
        Random random = new(2);
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => "a\"\u00e9x"[random.Next(4)])))];
        Prediction[] one = classifier.Predict(texts), two = classifier.Predict(texts, threads: 2);
        for (int i = 0; i < texts.Length; i++)
        {
            Prediction alone = classifier.Predict(texts[i]);
            Assert.Equal(one[i].Probabilities, two[i].Probabilities);
            Assert.Equal(alone.Label, one[i].Label);
            Assert.Equal(alone.Probability, one[i].Probability, 1e-6f);
        }
        Assert.True(one.Select(prediction => prediction.Probability).Distinct().Count() > 50);
        Assert.Empty(classifier.Predict([]));
    }

    [Fact]
    public void Probabilities_are_a_softmax_and_top_is_in_falling_order()
    {
        Prediction prediction = Prediction.OfLogits(["a", "b", "c", "d"], [1, 3, 1, -1000]);
        Assert.Equal(("b", 1), (prediction.Label, prediction.Index));
        Assert.Equal(1, prediction.Probabilities.Sum(), 1e-6f);
        Assert.Equal(Math.Exp(2), prediction.Probabilities[1] / prediction.Probabilities[0], 1e-5);
        Assert.Equal(["b", "a", "c"], prediction.Top(3).Select(top => top.Label));
        Assert.Equal(4, prediction.Top(10).Count);
        Assert.Equal(0.5f, Prediction.OfLogits(["a", "b"], [1e38f, 1e38f]).Probability);
    }

    [Fact]
    public void An_output_that_is_not_a_number_is_a_clear_error()
    {
        Assert.Contains("not a number", Assert.Throws<TernException>(() => Prediction.OfLogits(["a", "b"], [float.NaN, 0])).Message);
        Assert.Contains("not a number", Assert.Throws<TernException>(() => Prediction.OfLogits(["a", "b"], [float.PositiveInfinity, 0])).Message);
    }

    [Fact]
    public void A_model_of_another_task_is_a_clear_error()
    {
        ModelSpec spec = SmallModel.Spec with { Task = "other" };
        Assert.Contains("does 'other'; expected text-classification", Assert.Throws<TernException>(() => new TextClassifier(new(spec, SmallModel.Tensors(spec)))).Message);
    }
}
