using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>A window over the steps: the present row, then those before, the latest first.</summary>
sealed class CFloatWindow(WindowSpec spec) : CFloatModule
{
    readonly string name = CName.Of(spec.Name);

    public override int Width => spec.Input * spec.Steps;

    public override IReadOnlyList<CFloatField> Fields => spec.Steps == 1 ? [] : [new(name, Width, Carried: true, $"rows of the last {spec.Steps} steps, the latest first")];

    public override string Row(string x) => spec.Steps == 1 ? x : $"state->{name}";

    public override void PrintStep(CFloatModel model, CText text, string x)
    {
        if (spec.Steps == 1) return;
        text.Line($"for (i = {Width - 1}; i >= {spec.Input}; i--) {{").Line($"state->{name}[i] = state->{name}[i - {spec.Input}];").Line("}");
        text.Line($"for (i = 0; i < {spec.Input}; i++) {{").Line($"state->{name}[i] = {x}[i];").Line("}");
    }
}
