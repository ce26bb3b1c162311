namespace Tern.FixedPoint;

/// <summary>Bytes of a network's tables: 1 or 2 a weight, 2 or 3 a listed one and a byte a row, 2 a bias or multiplier.</summary>
readonly struct FixedPointSize(FixedNetwork network)
{
    public int Bytes
    {
        get
        {
            int bytes = network.Operations.Sum(Of) + Of(network.Head.Matrix) + 4 * network.Head.Bias.Length;
            bool table = network.Operations.OfType<PointwiseOperation>().Any(p => p.Program.Instructions.Any(i => i.Op is PointwiseOp.Sigmoid or PointwiseOp.Tanh));
            return bytes + (table ? 2 * SigmoidTable.Values.Length : 0);
        }
    }

    static int Of(FixedOperation operation) => operation switch
    {
        ProductOperation product => Of(product.Matrix) + 2 * (product.Multipliers?.Length ?? 0),
        PointwiseOperation pointwise => pointwise.Program.Instructions.Where(i => i.Parameter is not null).Select(i => i.Parameter!).Distinct().Sum(p => 2 * p.Values.Length),
        NormalizeOperation normalize => 5 * (normalize.Mean?.Length ?? 0),
        _ => 0,
    };

    static int Of(FixedMatrix matrix)
    {
        int weight = matrix.Bits / 8;
        return matrix.IsSparse ? matrix.Kept * (weight + 1) + matrix.Rows : matrix.Values.Length * weight;
    }
}
