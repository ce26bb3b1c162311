namespace Tern.Cli.Bench;

/// <summary>The rows of `bench cells` by name, in the order of the table.</summary>
static class CellRows
{
    /// <summary>Names alone, which the help shows without loading TorchSharp for the rows.</summary>
    public static string[] Names { get; } =
    [
        "gemm-libtorch", "gemm", "sru", "qrnn", "mingru", "minlstm", "indrnn",
        "rnn", "fastrnn", "fastgrnn", "ugrnn", "gru", "lstm",
        "fastgrnn-low-rank", "sru-tensor-ops", "fastgrnn-tensor-ops", "lstm-libtorch", "gru-libtorch", "conv1d-libtorch", "cnn",
        "sru-fo-pooling", "sru-bidirectional", "sru-fo-pooling-bidirectional",
    ];

    /// <summary>Rows that take an input of another width than their hidden size.</summary>
    static readonly string[] OfAnyInput = ["qrnn", "mingru", "minlstm", "indrnn", "rnn", "fastrnn", "fastgrnn", "ugrnn", "gru", "lstm", "fastgrnn-low-rank", "fastgrnn-tensor-ops", "lstm-libtorch", "gru-libtorch"];

    public static BenchRow Make(string name, Setting setting) => setting.Input != setting.Size && Names.Contains(name) && !OfAnyInput.Contains(name)
        ? throw new TernException($"Row {name} takes an input as wide as its hidden size {setting.Size}; it got {setting.Input}. Leave it out by --cells, or leave out --inputs; rows of any input: {string.Join(", ", OfAnyInput)}.")
        : name switch
    {
        "gemm-libtorch" => LibtorchRows.Gemm(setting),
        "gemm" => new OwnGemm(setting),
        "sru" => SruRows.Fused(setting),
        "qrnn" or "mingru" or "minlstm" or "indrnn" or "rnn" or "fastrnn" or "fastgrnn" or "ugrnn" or "gru" or "lstm" => ScanRows.Make(name, setting),
        "fastgrnn-low-rank" => ScanRows.LowRank(name, "fastgrnn", setting),
        "fastgrnn-tensor-ops" => ScanRows.TensorOps(name, "fastgrnn", setting),
        "sru-tensor-ops" => SruRows.TensorOps(setting),
        "lstm-libtorch" => LibtorchRows.Lstm(setting),
        "gru-libtorch" => LibtorchRows.Gru(setting),
        "conv1d-libtorch" => LibtorchRows.Conv1d(setting),
        "cnn" => ConvolutionRow.Make(setting),
        "sru-fo-pooling" => SruRows.FoPooled(setting),
        "sru-bidirectional" => SruRows.FusedBidirectional(setting),
        "sru-fo-pooling-bidirectional" => SruRows.FoPooledBidirectional(setting),
        _ => throw new TernException(Nearest.Message("unknown row", name, Names)),
    };
}
