namespace Tern.Cli.Bench;

/// <summary>The rows of `bench cells` by name, in the order of the table.</summary>
static class CellRows
{
    static readonly (string Name, Func<Setting, BenchRow> Make)[] All =
    [
        ("gemm-libtorch", LibtorchRows.Gemm),
        ("gemm", setting => new OwnGemm(setting)),
        ("sru", SruRows.Fused),
        ("sru-tensor-ops", SruRows.TensorOps),
        ("lstm-libtorch", LibtorchRows.Lstm),
        ("gru-libtorch", LibtorchRows.Gru),
        ("conv1d-libtorch", LibtorchRows.Conv1d),
        ("sru-fo-pooling", SruRows.FoPooled),
        ("sru-bidirectional", SruRows.FusedBidirectional),
        ("sru-fo-pooling-bidirectional", SruRows.FoPooledBidirectional),
    ];

    public static string[] Names { get; } = [.. All.Select(row => row.Name)];

    public static BenchRow Make(string name, Setting setting) => All.First(row => row.Name == name).Make(setting);
}
