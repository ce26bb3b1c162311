using System.Collections.Immutable;
using Tern.Training.Models;
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
}
