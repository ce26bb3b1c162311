using Tern.Training.Native;
using Tern.Training.Tests.Layers;
using Tern.Training.Verification;

namespace Tern.Training.Tests.Verification;

[Collection(nameof(Torch))]
public sealed class ReferenceFileTests
{
    static ReferenceFileTests() => TorchRuntime.Load();

    [Fact]
    public void Sru_equals_the_authors_package()
    {
        string? folder = Environment.GetEnvironmentVariable("TERN_GOLDEN");
        if (folder is null) Assert.Skip("TERN_GOLDEN, the folder of reference cases, is not set");
        var results = Directory.GetFiles(folder, "sru_*.json").SelectMany(ReferenceFile.Check).ToArray();
        Assert.True(results.Length >= 30, $"{results.Length} cases in {folder}");
        Assert.All(results, r => Assert.True(r.Passed, $"{r.File} {r.Case}: {r.Error:g3}"));
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("[1, 2]", "has no list \"cases\"")]
    [InlineData("{\"cases\": [{\"name\": \"a\"}]}", "case a is of a kind that this version does not know")]
    [InlineData("{\"cases\": [{\"config\": {\"hidden_size\": -3}, \"params\": {\"rnn_lst.0.weight\": 1}}]}", "config.hidden_size = -3")]
    [InlineData("{\"cases\": [{\"config\": {\"hidden_size\": \"x\"}, \"params\": {\"rnn_lst.0.weight\": 1}}]}", "config.hidden_size = \"x\"")]
    [InlineData("{\"cases\": [{\"config\": {\"input_size\": 2, \"hidden_size\": 2, \"num_layers\": 1, \"v1\": true}, \"params\": {\"rnn_lst.0.weight\": {\"shape\": [2, 99], \"data\": [1]}}}]}", "rnn_lst.0.weight")]
    public void A_bad_file_is_one_line_that_names_it(string text, string expected)
    {
        string path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():n}.json");
        File.WriteAllText(path, text);
        try
        {
            var error = Assert.Throws<TernException>(() => ReferenceFile.Check(path).ToArray());
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_changed_number_fails()
    {
        const string layer = "\"config\": {\"input_size\": 1, \"hidden_size\": 1, \"num_layers\": 1, \"v1\": true}, \"params\": {"
            + "\"rnn_lst.0.weight\": {\"shape\": [1, 3], \"data\": [0.5, 0, 0]}, \"rnn_lst.0.bias\": {\"shape\": [2], \"data\": [0, 0]}}, "
            + "\"x\": {\"shape\": [1, 1, 1], \"data\": [2]}, \"c0\": {\"shape\": [1, 1, 1], \"data\": [3]}, ";
        // f = r = 1/2, c = (3 + 1) / 2 = 2, h = (2 + 2) / 2 = 2
        Assert.True(Check("{\"cases\": [{" + layer + "\"h\": {\"shape\": [1, 1, 1], \"data\": [2]}, \"c\": {\"shape\": [1, 1, 1], \"data\": [2]}}]}").Passed);
        Assert.False(Check("{\"cases\": [{" + layer + "\"h\": {\"shape\": [1, 1, 1], \"data\": [2.001]}, \"c\": {\"shape\": [1, 1, 1], \"data\": [2]}}]}").Passed);

        static ReferenceResult Check(string text)
        {
            string path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():n}.json");
            File.WriteAllText(path, text);
            try { return ReferenceFile.Check(path).Single(); }
            finally { File.Delete(path); }
        }
    }
}
