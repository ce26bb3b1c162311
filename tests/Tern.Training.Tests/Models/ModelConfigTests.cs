using System.Collections.Immutable;
using Tern.Training.Models;
using Tern.Training.Weights.Orthogonal;
using Xunit;

namespace Tern.Training.Tests.Models;

public sealed class ModelConfigTests
{
    [Fact]
    public void ZoneoutTurnsOnTheOptionOfTheCell()
    {
        Assert.Equal("yes", new ModelConfig { Cell = "qrnn", Zoneout = 0.1 }.Resolve().CellOptions["zoneout"]);
        Assert.Equal("no", new ModelConfig { Cell = "qrnn" }.Resolve().CellOptions["zoneout"]);
        ModelConfig resolved = new ModelConfig { Cell = "qrnn", Zoneout = 0.1 }.Resolve();
        Assert.Equal(resolved.CellOptions, resolved.Resolve().CellOptions);
    }

    [Fact]
    public void ZoneoutOfACellWithoutItIsRefused()
    {
        Assert.Contains("0 with the cell sru, which has none", Assert.Throws<TernException>(() => new ModelConfig { Cell = "sru", Zoneout = 0.1 }.Resolve()).Message);
        var no = ImmutableSortedDictionary<string, string>.Empty.Add("zoneout", "no");
        Assert.Contains("model.cell_options.zoneout is no", Assert.Throws<TernException>(() => new ModelConfig { Cell = "indrnn", Zoneout = 0.1, CellOptions = no }.Resolve()).Message);
    }

    [Fact]
    public void FormsOfTheRecurrentMatrixThatDoNotFitAreRefused()
    {
        var formed = new ModelConfig { Cell = "rnn", Hidden = 8, RecurrentForm = RecurrentForm.Cayley };
        Assert.Equal(formed.RecurrentForm, formed.Resolve().RecurrentForm);
        Refuses(formed with { Cell = "sru" }, "model.recurrent_form is cayley; expected free with sru(");
        Refuses(formed with { Cell = "lstm-libtorch" }, "recurrent_form");
        Refuses(formed with { RecurrentRank = 3 }, "expected free where model.recurrent_rank");
        Refuses(formed with { Reflections = 0 }, "model.reflections is 0");
        Refuses(formed with { SpectralBand = 1 }, "model.spectral_band is 1");
        Assert.Contains("compression.keep_u is 0.5; expected 1 where", Assert.Throws<TernException>(() => new TrainConfig { Model = formed, Compression = new() { KeepU = 0.5 } }.Resolve()).Message);
        Assert.Contains("initial_model is a.safetensors; expected none where", Assert.Throws<TernException>(() => new TrainConfig { Model = formed, InitialModel = "a.safetensors" }.Resolve()).Message);
    }

    [Fact]
    public void ARecurrentProjectionThatDoesNotFitIsRefused()
    {
        var projected = new ModelConfig { Cell = "lstm", Hidden = 8, RecurrentProjection = 4 };
        Assert.Equal(4, projected.Resolve().RecurrentProjection);
        Refuses(projected with { Cell = "sru" }, "has no recurrent matrix");
        Refuses(projected with { RecurrentProjection = 8 }, "model.recurrent_projection is 8; expected 0 (none) to 7");
        Refuses(projected with { RecurrentProjection = -1 }, "model.recurrent_projection is -1");
        Refuses(projected with { RecurrentRank = 3 }, "0 where model.recurrent_rank is not");
        Refuses(projected with { Cell = "gru-libtorch" }, "recurrent_projection");
    }

    static void Refuses(ModelConfig config, string message) => Assert.Contains(message, Assert.Throws<TernException>(config.Resolve).Message, StringComparison.Ordinal);
}
