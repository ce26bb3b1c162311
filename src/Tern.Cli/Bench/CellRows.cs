namespace Tern.Cli.Bench;

/// <summary>The rows of `bench cells` by name, in the order of the table.</summary>
static class CellRows
{
    /// <summary>Names alone, which the help shows without loading TorchSharp for the rows.</summary>
    public static string[] Names { get; } =
    [
        "gemm-libtorch", "gemm", "sru", "qrnn", "mingru", "minlstm", "indrnn",
        "sru-tensor-ops", "lstm-libtorch", "gru-libtorch", "conv1d-libtorch", "cnn",
        "sru-fo-pooling", "sru-bidirectional", "sru-fo-pooling-bidirectional",
    ];

    public static BenchRow Make(string name, Setting setting) => name switch
    {
        "gemm-libtorch" => LibtorchRows.Gemm(setting),
        "gemm" => new OwnGemm(setting),
        "sru" => SruRows.Fused(setting),
        "qrnn" or "mingru" or "minlstm" or "indrnn" => ScanRows.Make(name, setting),
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
