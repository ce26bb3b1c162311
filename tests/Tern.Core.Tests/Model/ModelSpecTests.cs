using Tern.Cells;
using Tern.Features;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

public sealed class ModelSpecTests
{
    static readonly EmbeddingSpec Embedding = new() { Name = "embedding", Inputs = ["tokens"], Vocabulary = 5, Width = 3 };
    static readonly RecurrentSpec Encoder = new() { Name = "encoder.0", Inputs = ["embedding"], Cell = CellCatalogue.Resolve("sru"), Input = 3, Hidden = 2 };
    static readonly PoolingSpec Pooling = new() { Name = "pooling", Inputs = ["encoder.0"], How = PoolingKind.Last };
    static readonly LinearSpec Head = new() { Name = "head", Inputs = ["pooling"], Input = 2, Output = 4 };

    [Fact]
    public void A_graph_gives_the_kind_and_width_of_its_output()
    {
        Assert.Equal(new Flow(FlowKind.Row, 4), Spec(Embedding, Encoder, Pooling, Head).Check()["head"]);
        Assert.Equal(new Flow(FlowKind.Sequence, 4), Spec(Embedding, Encoder with { Bidirectional = true }, Head with { Inputs = ["encoder.0"], Input = 4 }).Check()["head"]);
        Assert.Equal(new Flow(FlowKind.Sequence, 2), (Spec(Encoder with { Inputs = ["features"] }) with { Output = "encoder.0" }).Check()["encoder.0"]);
    }

    [Fact]
    public void A_recurrent_projection_is_the_width_of_the_layer_s_output()
    {
        RecurrentSpec layer = Encoder with { Cell = CellCatalogue.Resolve("lstm"), Bidirectional = true, RecurrentProjection = 1 };
        Assert.Equal(new Flow(FlowKind.Row, 4), Spec(Embedding, layer, Pooling, Head).Check()["head"]);
        Assert.Equal(["[8, 1]", "[1, 2]"], layer.Tensors().Where(t => t.Key.Contains("forward.recurrent", StringComparison.Ordinal)).Select(t => TensorData.Print(t.Value)));
    }

    [Fact]
    public void A_graph_that_does_not_fit_is_a_clear_error()
    {
        Assert.Contains("'encoder.0' that reads a sequence of 3 columns; expected a sequence of 4 columns", Error(Spec(Embedding, Encoder with { Input = 4 }, Pooling, Head)));
        Assert.Contains("'head' that reads one row of 2 columns; expected 3 columns", Error(Spec(Embedding, Encoder, Pooling, Head with { Input = 3 })));
        Assert.Contains("'encoder.0' that reads 0 token ids", Error(Spec(Encoder with { Inputs = ["tokens"] }, Pooling, Head)));
        Assert.Contains("'encoder.0' that reads 'later'", Error(Spec(Embedding, Encoder with { Inputs = ["later"] }, Pooling, Head)));
        Assert.Contains("'encoder.0' without exactly one input", Error(Spec(Embedding, Encoder with { Inputs = ["embedding", "embedding"] }, Pooling, Head)));
        Assert.Contains("two modules or none of the name 'tokens'", Error(Spec(Embedding with { Name = "tokens" }, Encoder, Pooling, Head)));
        Assert.Contains("two modules or none of the name 'embedding'", Error(Spec(Embedding, Encoder with { Name = "embedding" }, Pooling, Head)));
        Assert.Contains("modules that nothing reads (pooling)", Error(Spec(Embedding, Encoder, Pooling, Head with { Inputs = ["encoder.0"] })));
        Assert.Contains("the output 'none'", Error(Spec(Embedding, Encoder, Pooling, Head) with { Output = "none" }));
        Assert.Contains("hidden size 0; expected 1 to", Error(Spec(Embedding, Encoder with { Hidden = 0 }, Pooling, Head)));
        Assert.Contains("projection rank -1", Error(Spec(Embedding, Encoder with { Projection = -1 }, Pooling, Head)));
        RecurrentSpec lstm = Encoder with { Cell = CellCatalogue.Resolve("lstm") };
        Assert.Contains("recurrent projection 0; expected 1 to", Error(Spec(Embedding, lstm with { RecurrentProjection = 0 }, Pooling, Head)));
        Assert.Contains("recurrent rank 1 and recurrent projection 1", Error(Spec(Embedding, lstm with { RecurrentProjection = 1, RecurrentRank = 1 }, Pooling, Head)));
        Assert.Contains("which has no recurrent matrix", Error(Spec(Embedding, Encoder with { RecurrentProjection = 1 }, Pooling, Head)));
        Assert.Contains("pools by 7", Error(Spec(Embedding, Encoder, Pooling with { How = (PoolingKind)7 }, Head)));
    }

    [Fact]
    public void Features_and_labels_must_fit_the_graph()
    {
        ModelSpec spec = Spec(Embedding, Encoder, Pooling, Head);
        Assert.Contains("reads 4 token ids; expected 5 token ids", Error(spec with { Text = new() { Vocabulary = new(["a", "b"]) } }));
        Assert.Contains("3 labels for an output of 4", Error(spec with { Labels = ["a", "b", "c"] }));
        Assert.Contains("max_length 0", Error(spec with { Text = new() { MaxLength = 0, Vocabulary = new(["a", "b", "c"]) } }));
        (spec with { Text = new() { Vocabulary = new(["a", "b", "c"]) }, Labels = ["a", "b", "c", "d"] }).Check();
    }

    [Fact]
    public void A_recurrent_layer_names_its_tensors()
    {
        RecurrentSpec layer = Encoder with { Bidirectional = true, Projection = 7, LayerNorm = LayerNormPlace.After, Cell = CellCatalogue.Resolve("sru", new Dictionary<string, string> { ["output"] = "scaled-highway" }) };
        Assert.Equal(
            ["projection [7, 3]", "norm.weight [4]", "norm.bias [4]",
             "forward.weight [8, 7]", "forward.b_f [2]", "forward.b_r [2]", "forward.scale_x [1]",
             "backward.weight [8, 7]", "backward.b_f [2]", "backward.b_r [2]", "backward.scale_x [1]"],
            layer.Tensors().Select(tensor => $"{tensor.Key["encoder.0.".Length..]} {TensorData.Print(tensor.Value)}"));
        Assert.True(layer.HasProjectedHighway);
        Assert.False((layer with { Input = 4 }).HasProjectedHighway);
    }

    static ModelSpec Spec(params ModuleSpec[] modules) => new() { Task = "test", Modules = modules, Output = "head" };

    static string Error(ModelSpec spec) => Assert.Throws<TernException>(spec.Check).Message;
}
