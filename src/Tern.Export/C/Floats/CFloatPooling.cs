using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>The last row, the largest value of each column so far, or the mean; of the mean the sums are kept.</summary>
sealed class CFloatPooling(PoolingSpec spec, int width) : CFloatModule
{
    readonly string name = CName.Of(spec.Name);

    public override int Width => width;

    /// <summary>Whether the output divides sums by the number of steps.</summary>
    public bool IsMean => spec.How == PoolingKind.Mean;

    public override IReadOnlyList<CFloatField> Fields => spec.How switch
    {
        PoolingKind.Max => [new(name, width, Carried: true, "largest values so far") { Initial = "-FLT_MAX" }],
        PoolingKind.Mean => [new(name + "_sums", width, Carried: true, "sums over the steps so far")],
        _ => [],
    };

    public override string Row(string x) => spec.How switch { PoolingKind.Max => $"state->{name}", PoolingKind.Mean => $"state->{name}_sums", _ => x };

    public override void PrintStep(CFloatModel model, CText text, string x)
    {
        if (spec.How == PoolingKind.Last) return;
        text.Line($"for (i = 0; i < {width}; i++) {{");
        if (IsMean) text.Line($"{Row(x)}[i] += {x}[i];");
        else text.Line($"if ({x}[i] > {Row(x)}[i]) {{").Line($"{Row(x)}[i] = {x}[i];").Line("}");
        text.Line("}");
        if (IsMean) text.Line("state->steps++;");
    }
}
