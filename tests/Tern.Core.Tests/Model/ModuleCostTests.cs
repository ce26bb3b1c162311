using Tern.Cells;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

/// <summary>Multiply-adds counted by hand against what the modules say.</summary>
public sealed class ModuleCostTests
{
    static readonly RecurrentSpec Layer = new() { Name = "encoder.0", Inputs = ["features"], Cell = CellCatalogue.Resolve("sru"), Input = 7, Hidden = 5 };

    [Fact]
    public void A_whole_model_is_counted_module_by_module()
    {
        IReadOnlyList<ModuleCost> costs = ModuleCost.Of(SmallModel.Spec);
        Assert.Equal(["embedding", "encoder.0", "pooling", "head"], costs.Select(cost => cost.Module.Name));
        Assert.Equal([(3, true, true), (2, true, true), (2, false, true), (2, false, false)], costs.Select(cost => (cost.Width, cost.GivesSequence, cost.EachStep)));
        Assert.Equal([0, 4 * 2 * 3, 0, 2 * 2], costs.Select(cost => cost.MultiplyAdds));
        Assert.Equal(SmallModel.Tensors(SmallModel.Spec).Values.Sum(tensor => tensor.Values.Length), costs.Sum(cost => cost.Parameters));
        Assert.Equal(4 * costs[1].Parameters, costs[1].Bytes);
    }

    [Fact]
    public void A_recurrent_layer_costs_its_blocks_in_each_direction_and_its_projection_once()
    {
        Assert.Equal((3 + 1) * 5 * 7, Layer.MultiplyAdds());                                // c, f, r and the highway's own projection
        Assert.Equal(3 * 7 * 7, (Layer with { Hidden = 7 }).MultiplyAdds());                // the highway is the input itself
        Assert.Equal(2 * 4 * 5 * 7, (Layer with { Bidirectional = true }).MultiplyAdds());
        Assert.Equal(2 * 4 * 5 * 3 + 3 * 7, (Layer with { Bidirectional = true, Projection = 3 }).MultiplyAdds());
        Assert.Equal(4 * 5 * 7, (Layer with { LayerNorm = LayerNormPlace.Before }).MultiplyAdds());
        Assert.Equal(2 * 5 * 7, (Layer with { Cell = CellCatalogue.Resolve("mingru") }).MultiplyAdds());
        RecurrentSpec lstm = Layer with { Cell = CellCatalogue.Resolve("lstm"), Bidirectional = true };
        Assert.Equal(2 * 4 * 5 * (7 + 5), lstm.MultiplyAdds());
        Assert.Equal(2 * (4 * 5 * (7 + 2) + 2 * 2 * 5), (lstm with { RecurrentProjection = 2 }).MultiplyAdds());
    }

    [Theory]
    [InlineData("lstm", 4)]
    [InlineData("gru", 3)]
    public void Libtorchs_layers_cost_their_gates(string cell, int gates)
    {
        var one = new TorchRecurrentSpec { Name = "encoder", Inputs = ["features"], Cell = cell, Input = 7, Hidden = 5, Layers = 1 };
        Assert.Equal(gates * 5 * (7 + 5), one.MultiplyAdds());
        Assert.Equal(gates * 5 * (7 + 5) + gates * 5 * (5 + 5), (one with { Layers = 2 }).MultiplyAdds());
        Assert.Equal(2 * gates * 5 * (7 + 5) + 2 * gates * 5 * (10 + 5), (one with { Layers = 2, Bidirectional = true }).MultiplyAdds());
    }

    [Fact]
    public void A_head_on_every_step_works_at_every_step()
    {
        ModelSpec spec = new() { Task = "x", Modules = [Layer, new LinearSpec { Name = "head", Inputs = ["encoder.0"], Input = 5, Output = 3 }], Output = "head" };
        ModuleCost head = ModuleCost.Of(spec)[1];
        Assert.Equal((3, true, true, 15L), (head.Width, head.GivesSequence, head.EachStep, head.MultiplyAdds));
    }

    [Fact]
    public void Modules_that_do_not_fit_are_a_clear_error() =>
        Assert.StartsWith("The model has the output 'none'", Assert.Throws<TernException>(() => ModuleCost.Of(SmallModel.Spec with { Output = "none" })).Message);

    [Fact]
    public void Encoded_matrices_cost_what_is_stored_of_them()
    {
        ModelSpec spec = new() { Task = "x", Modules = [new LinearSpec { Name = "head", Inputs = ["features"], Input = 10, Output = 6 }], Output = "head" };
        Dictionary<string, TensorData> tensors = SmallModel.Tensors(spec);
        ModuleCost Of(EncodedMatrix matrix) => ModuleCost.Of(spec, new ModelTensors(tensors, new Dictionary<string, EncodedMatrix> { ["head.weight"] = matrix }))[0];

        ModuleCost plain = ModuleCost.Of(spec, tensors)[0];
        Assert.Equal((66, 264, 60), (plain.Parameters, plain.Bytes, plain.MultiplyAdds));
        ModuleCost bytes = Of(MatrixPacker.Encode(tensors["head.weight"], new IntegerEncoding { Bits = 8, Scales = 2 }));
        Assert.Equal((66, 60 + 8 + 24, 60), (bytes.Parameters, bytes.Bytes, bytes.MultiplyAdds));
        ModuleCost factors = Of(MatrixPacker.Encode(new([6, 2], new float[12]), new([2, 10], new float[20]), new() { Rank = 2, Left = MatrixEncoding.Float32, Right = MatrixEncoding.Float32 }));
        Assert.Equal((38, 4 * 38, 32), (factors.Parameters, factors.Bytes, factors.MultiplyAdds));
        float[] few = new float[60];
        (few[3], few[40]) = (1, -1);
        ModuleCost sparse = Of(MatrixPacker.Encode(new([6, 10], few), new SparseEncoding { Bits = 32 }));
        Assert.Equal((8, 2 * 5 + 7 + 24, 2), (sparse.Parameters, sparse.Bytes, sparse.MultiplyAdds));
    }
}
