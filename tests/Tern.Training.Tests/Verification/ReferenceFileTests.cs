using Tern.Training.Native;
using Tern.Training.Tests.Layers;
using Tern.Training.Verification;

namespace Tern.Training.Tests.Verification;

[Collection(nameof(Torch))]
public sealed class ReferenceFileTests
{
    static ReferenceFileTests() => TorchRuntime.Load();

    [Theory]
    [InlineData("sru_*.json", "", 30)]
    [InlineData("qrnn.json", "", 4)]
    [InlineData("haste_cells.json", "", 8)]
    [InlineData("edgeml_cells.json", "", 11)]
    [InlineData("edgeml_iht.json", "", 6)]
    [InlineData("edgeml_bytequant.json", "", 1)]
    [InlineData("quantizers.json", "", 9)]
    public void Cells_equal_their_authors_packages(string files, string cases, int least)
    {
        string? folder = Environment.GetEnvironmentVariable("TERN_GOLDEN");
        if (folder is null) Assert.Skip("TERN_GOLDEN, the folder of reference cases, is not set");
        var results = Directory.GetFiles(folder, files).SelectMany(ReferenceFile.Check).Where(r => r.Case.Contains(cases, StringComparison.Ordinal)).ToArray();
        Assert.True(results.Length >= least, $"{results.Length} cases in {folder}");
        Assert.All(results, r => Assert.True(r.Passed, $"{r.File} {r.Case}: {r.Error:g3}"));
    }

    const string Qrnn = """
        {"name": "q", "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1, "window": 2, "output_gate": false, "zoneout": 0.5, "training": false},
         "params": {"layers.0.linear.weight": {"shape": [2, 2], "data": [0, 0, 0, 0]}, "layers.0.linear.bias": {"shape": [2], "data": [0, 0]}},
         "x": {"shape": [1, 1, 1], "data": [2]}, "h0": {"shape": [1, 1, 1], "data": [4]},
         "h": {"shape": [1, 1, 1], "data": [3]}, "hn": {"shape": [1, 1, 1], "data": [3]}, "R": {"shape": [1, 1, 1], "data": [1]},
         "grads": {"h0": {"shape": [1, 1, 1], "data": [0.75]}, "layers.0.linear.weight": {"shape": [2, 2], "data": [0.5, 0, -1, 0]}}}
        """;

    const string IndRnn = """
        {"name": "i", "config": {"input_size": 1, "hidden_size": 2, "zoneout": 0.5, "training": true},
         "params": {"h0": {"shape": [1, 2], "data": [0.5, 0.25]}, "kernel": {"shape": [1, 2], "data": [0, 0]}, "gamma": {"shape": [2, 2], "data": [1, 1, 1, 1]},
                    "recurrent_scale": {"shape": [2], "data": [0, 0]}, "bias": {"shape": [2], "data": [0, 0]}},
         "x": {"shape": [1, 1, 1], "data": [2]}, "zoneout_mask": {"shape": [1, 1, 2], "data": [0, 1]}, "h": {"shape": [1, 1, 2], "data": [0.5, 0]},
         "R": {"shape": [1, 1, 2], "data": [1, 1]}, "grads": {"h0": {"shape": [1, 2], "data": [1, 0]}, "gamma": {"shape": [2, 2], "data": [0, 0, 0, 0]},
                    "bias": {"shape": [2], "data": [0, 1]}, "recurrent_scale": {"shape": [2], "data": [0, 0.25]}}}
        """;

    const string FastGrnn = """
        {"name": "f", "cell": "FastGRNN", "config": {"input_size": 1, "hidden_size": 1, "wRank": null, "uRank": null},
         "params": {"W": {"shape": [1, 1], "data": [0]}, "U": {"shape": [1, 1], "data": [0]}, "bias_gate": {"shape": [1, 1], "data": [0]},
                    "bias_update": {"shape": [1, 1], "data": [0]}, "zeta": {"shape": [1, 1], "data": [0]}, "nu": {"shape": [1, 1], "data": [0]}},
         "x": {"shape": [1, 1, 1], "data": [2]}, "h0": {"shape": [1, 1], "data": [4]}, "h": {"shape": [1, 1, 1], "data": [2]}, "R": {"shape": [1, 1, 1], "data": [1]},
         "grads": {"h0": {"shape": [1, 1], "data": [0.5]}, "W": {"shape": [1, 1], "data": [3.5]}, "U": {"shape": [1, 1], "data": [7]},
                   "bias_gate": {"shape": [1, 1], "data": [1]}, "bias_update": {"shape": [1, 1], "data": [0.75]}}}
        """;

    const string Haste = """
        {"name": "l", "config": {"input_size": 1, "hidden_size": 1},
         "params": {"kernel": {"shape": [1, 4], "data": [0, 0, 0, 0]}, "recurrent_kernel": {"shape": [1, 4], "data": [0, 0, 0, 0]}, "bias": {"shape": [4], "data": [0, 0, 0, 0]},
                    "h0": {"shape": [1, 1], "data": [1]}, "c0": {"shape": [1, 1], "data": [0]}},
         "x": {"shape": [1, 1, 1], "data": [2]}, "h": {"shape": [1, 1, 1], "data": [0]}, "c": {"shape": [1, 1, 1], "data": [0]}, "R": {"shape": [1, 1, 1], "data": [1]},
         "grads": {"c0": {"shape": [1, 1], "data": [0.25]}, "bias": {"shape": [4], "data": [0, 0.25, 0, 0]}, "kernel": {"shape": [1, 4], "data": [0, 0.5, 0, 0]}}}
        """;

    // FastGRNN: z = 1/2, h~ = 0, so h = h0 / 2; gate and candidate pass on h0 / 4 = 1 and 1/2 * 1/2 + 1/2 = 0.75, W and U their sum times x and h0.
    // LSTM: all gates 1/2, c = 0, h = 0; dh/dc = 1/2, of which f hands on half and g gets half, times x = 2 for its weight.
    // f = 1/2, of which zoneout takes half: c = 1/4 * 0 + 3/4 * 4 = 3; dL/dz = 1/4, x = 2: 0.5; dL/df = 1/2 * (0 - 4) * f' 1/4 * 2 = -1.
    // IndRNN: the first unit keeps its state, the second takes tanh(0).
    [Theory]
    [InlineData(Qrnn, "\"data\": [3]", "\"data\": [3.001]")]
    [InlineData(Qrnn, "\"data\": [0.75]", "\"data\": [0.7501]")]
    [InlineData(Qrnn, "[0.5, 0, -1, 0]", "[0.5, 0, -1, 0.001]")]
    [InlineData(FastGrnn, "\"data\": [7]", "\"data\": [7.001]")]
    [InlineData(FastGrnn, "\"data\": [0.75]", "\"data\": [0.7501]")]
    [InlineData(Haste, "[0, 0.25, 0, 0]", "[0, 0, 0.25, 0]")]
    [InlineData(Haste, "[0, 0.5, 0, 0]", "[0, 0.5, 0, 0.001]")]
    [InlineData(IndRnn, "\"data\": [0.5, 0]", "\"data\": [0.5, 0.001]")]
    [InlineData(IndRnn, "\"data\": [0, 0.25]", "\"data\": [0, 0.26]")]
    [InlineData(IndRnn, "\"zoneout_mask\": {\"shape\": [1, 1, 2], \"data\": [0, 1]}", "\"zoneout_mask\": {\"shape\": [1, 1, 2], \"data\": [1, 1]}")]
    public void Cases_worked_out_by_hand_pass_and_a_changed_number_in_them_fails(string text, string number, string changed)
    {
        Assert.Contains(number, text, StringComparison.Ordinal);
        Assert.True(Check(text).Single().Passed, $"{Check(text).Single().Error:g3}");
        Assert.False(Check(text.Replace(number, changed, StringComparison.Ordinal)).Single().Passed);
    }

    [Fact]
    public void Cases_of_other_kinds_beside_known_ones_are_told_apart()
    {
        var results = Check("{\"name\": \"other\", \"params\": {\"unknown_kernel\": 1}}", Qrnn);
        Assert.Equal([("other", null, false), ("q", true, true)], results.Select(r => (r.Case, r.Error is null ? (bool?)null : true, r.Passed)));
    }

    [Theory]
    [InlineData(Qrnn, "\"hidden_size\": 1", "\"hidden_size\": 1000000", "has 6 numbers in \"params\"")]
    [InlineData(Qrnn, "\"window\": 2", "\"window\": 1048576", "has 6 numbers in \"params\"")]
    [InlineData(Qrnn, "\"window\": 2", "\"window\": 1", "layers.0.linear.weight of shape [2, 2]")]
    [InlineData(Qrnn, "\"zoneout\": 0.5", "\"zoneout\": 1.5", "config.zoneout = 1.5")]
    [InlineData(Qrnn, "\"training\": false", "\"training\": true", "zoneout_mask")]
    [InlineData(Qrnn, "\"x\": {\"shape\": [1, 1, 1]", "\"x\": {\"shape\": [1, 1]", "\"x\" of shape [1, 1]")]
    [InlineData(Qrnn, "\"x\": {\"shape\": [1, 1, 1], \"data\": [2]", "\"x\": {\"shape\": [1, 1, 2], \"data\": [2, 2]", "\"x\" of shape [1, 1, 2]")]
    [InlineData(Qrnn, "\"h0\": {\"shape\": [1, 1, 1], \"data\": [4]", "\"h0\": {\"shape\": [1, 2, 1], \"data\": [4, 4]", "[1, 2, 1]")]
    [InlineData(Qrnn, "layers.0.linear.bias", "layers.7.linear.bias", "layers.7.linear.bias")]
    [InlineData(IndRnn, "\"zoneout_mask\": {\"shape\": [1, 1, 2]", "\"zoneout_mask\": {\"shape\": [1, 2]", "\"zoneout_mask\" of shape [1, 2]; expected [1, 1, 2]")]
    [InlineData(FastGrnn, "\"hidden_size\": 1", "\"hidden_size\": 1000000", "has 6 numbers in \"params\"")]
    [InlineData(FastGrnn, "\"uRank\": null", "\"uRank\": 0", "config.uRank = 0")]
    [InlineData(FastGrnn, "\"uRank\": null", "\"gate_nonlinearity\": \"sine\"", "sine")]
    [InlineData(FastGrnn, "\"nu\"", "\"new\"", "\"new\" of unknown meaning")]
    [InlineData(FastGrnn, "\"h0\": {\"shape\": [1, 1], \"data\": [4]}", "\"h0\": {\"shape\": [2, 1], \"data\": [4, 4]}", "[1, 2, 1]")]
    [InlineData(Haste, "\"kernel\": {\"shape\": [1, 4]", "\"kernel\": {\"shape\": [4, 1]", "kernel of shape [4, 1]")]
    [InlineData(Haste, "\"hidden_size\": 1", "\"hidden_size\": 1, \"zoneout\": 0.5, \"training\": true", "zoneout_mask")]
    [InlineData(IndRnn, "\"bias\"", "\"beta\"", "\"beta\" of unknown meaning")]
    [InlineData(IndRnn, "\"zoneout\": 0.5", "\"zoneout\": 0.5, \"ln_eps\": 0.1", "config.ln_eps = 0.1")]
    [InlineData(IndRnn, "\"zoneout\": 0.5", "\"zoneout\": 0.5, \"activation\": \"sine\"", "sine")]
    public void A_case_that_does_not_fit_is_one_line_that_names_it(string text, string part, string changed, string expected)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        var error = Assert.Throws<TernException>(() => Check(text.Replace(part, changed, StringComparison.Ordinal)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(".json: case ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    const string Threshold = """
        {"s": 0.5, "A": {"shape": [2, 2], "data": [1, -3, 2, -2]}, "hard": {"shape": [2, 2], "data": [0, -3, 2, -2]}, "B": {"shape": [2, 2], "data": [5, 6, 0, 8]},
         "support_of_hard_applied_to_B": {"shape": [2, 2], "data": [0, 6, 0, 8]}, "estimateNNZ": {"nnz": 4.0, "bytes": 16.0}}
        """;

    const string Bytes = """
        {"maxValue": 127, "scalarScaleFactor": 1000, "params": {"W": {"shape": [2], "data": [0.5, -2]}, "FC": {"shape": [1], "data": [1]}, "nu": {"shape": [1, 1], "data": [0]}},
         "quantized": {"paramScaleFactor": {"shape": [], "data": [64]}, "qW": {"shape": [2], "data": [32, -128]}, "classifierScaleFactor": {"shape": [], "data": [127.5]},
         "qFC": {"shape": [1], "data": [127]}, "qnu": {"shape": [1, 1], "data": [500]}}}
        """;

    const string Lat = """
        {"method": "lat", "W": {"shape": [1, 4], "data": [1, -2, 3, 0]}, "acc": {"shape": [1, 4], "data": [1, 1, 4, 1]}, "Q": {"shape": [1, 4], "data": [0, -2.666666, 2.666666, 0]}}
        """;

    // (1 - s) (n - 1) = 1.5, so the magnitude at index 2 of 1, 2, 2, 3 is kept, and its equal. 255 / 4 = 63.75 is 64 as a whole.
    // LAT: mean |w| = 1.5, so from -2 and 3: (2 + 2 * 3) / 3 = 8/3, above half of which are the same two.
    [Theory]
    [InlineData(Threshold, "[0, -3, 2, -2]", "[0, -3, 2, 0]")]
    [InlineData(Threshold, "[0, 6, 0, 8]", "[5, 6, 0, 8]")]
    [InlineData(Threshold, "\"nnz\": 4.0", "\"nnz\": 2.0")]
    [InlineData(Threshold, "\"bytes\": 16.0", "\"bytes\": 32.0")]
    [InlineData(Bytes, "[32, -128]", "[32, -127]")]
    [InlineData(Bytes, "[64]", "[63.75]")]
    [InlineData(Bytes, "[127.5]", "[128]")]
    [InlineData(Bytes, "\"data\": [127]", "\"data\": [128]")]
    [InlineData(Bytes, "[500]", "[501]")]
    [InlineData(Lat, "-2.666666", "-2.5")]
    [InlineData(Lat, "\"lat\"", "\"twn\"")]
    public void Compressions_worked_out_by_hand_pass_and_a_changed_number_in_them_fails(string text, string number, string changed)
    {
        Assert.Contains(number, text, StringComparison.Ordinal);
        Assert.True(Check(text).Single().Passed, $"{Check(text).Single().Error:g3}");
        Assert.False(Check(text.Replace(number, changed, StringComparison.Ordinal)).Single().Passed);
    }

    [Theory]
    [InlineData(Threshold, "\"s\": 0.5", "\"s\": 1.5", "share to keep is 1.5")]
    [InlineData(Threshold, "\"s\": 0.5", "\"s\": \"x\"", "no number \"s\"")]
    [InlineData(Threshold, "\"B\": {\"shape\": [2, 2]", "\"B\": {\"shape\": [4]", "[4]; expected [2, 2]")]
    [InlineData(Threshold, "\"nnz\"", "\"n\"", "no number \"estimateNNZ.nnz\"")]
    [InlineData(Bytes, "\"maxValue\": 127", "\"maxValue\": 0", "largest integer is 0")]
    [InlineData(Lat, "\"lat\"", "\"later\"", "method \"later\"")]
    [InlineData(Lat, "\"acc\": {\"shape\": [1, 4]", "\"acc\": {\"shape\": [4]", "[4]; expected [1, 4]")]
    public void A_compression_that_does_not_fit_is_one_line_that_names_it(string text, string part, string changed, string expected) =>
        A_case_that_does_not_fit_is_one_line_that_names_it(text, part, changed, expected);

    static ReferenceResult[] Check(params string[] cases)
    {
        string path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():n}.json");
        File.WriteAllText(path, $"{{\"cases\": [{string.Join(',', cases)}]}}");
        try { return [.. ReferenceFile.Check(path)]; }
        finally { File.Delete(path); }
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("[1, 2]", "has no list \"cases\"")]
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
    public void A_file_of_other_kinds_alone_is_no_error() =>
        Assert.Equal([("a", (double?)null, false)], Check("{\"name\": \"a\"}").Select(r => (r.Case, r.Error, r.Passed)));

    [Fact]
    public void A_changed_number_fails()
    {
        const string layer = "\"config\": {\"input_size\": 1, \"hidden_size\": 1, \"num_layers\": 1, \"v1\": true}, \"params\": {"
            + "\"rnn_lst.0.weight\": {\"shape\": [1, 3], \"data\": [0.5, 0, 0]}, \"rnn_lst.0.bias\": {\"shape\": [2], \"data\": [0, 0]}}, "
            + "\"x\": {\"shape\": [1, 1, 1], \"data\": [2]}, \"c0\": {\"shape\": [1, 1, 1], \"data\": [3]}, ";
        // f = r = 1/2, c = (3 + 1) / 2 = 2, h = (2 + 2) / 2 = 2
        Assert.True(Check("{" + layer + "\"h\": {\"shape\": [1, 1, 1], \"data\": [2]}, \"c\": {\"shape\": [1, 1, 1], \"data\": [2]}}").Single().Passed);
        Assert.False(Check("{" + layer + "\"h\": {\"shape\": [1, 1, 1], \"data\": [2.001]}, \"c\": {\"shape\": [1, 1, 1], \"data\": [2]}}").Single().Passed);
    }
}
