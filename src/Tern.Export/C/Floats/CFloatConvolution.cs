using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>Filters over the last steps, ReLU; the rows of the longest window are kept, the earliest first.</summary>
sealed class CFloatConvolution(ConvolutionSpec spec, IReadOnlyDictionary<string, TensorData> tensors) : CFloatModule
{
    readonly string name = CName.Of(spec.Name);
    readonly IReadOnlyList<CFloatMatrix>[] filters = [.. spec.Windows.Select(window => CFloatMatrix.Of(tensors, $"{spec.Name}.window{window}.weight", $"{CName.Of(spec.Name)}_window{window}"))];

    public override int Width => spec.Width;

    int Seen => spec.Windows[^1] * spec.Input;

    public override IReadOnlyList<CFloatField> Fields =>
    [
        new(name + "_rows", Seen, Carried: true, $"rows of the last {spec.Windows[^1]} steps, the earliest first"), new(name + "_output", Width, Carried: true, $"output of {spec.Name}"),
    ];

    public override IReadOnlyList<CFloatMatrix> Matrices => [.. filters.SelectMany(factors => factors)];

    public override IReadOnlyList<(string Name, float[] Values)> Vectors => [(name + "_bias", [.. spec.Windows.SelectMany(window => tensors[$"{spec.Name}.window{window}.bias"].Values)])];

    public override (int Products, int Between, int Row) Work => (0, filters.Max(Between), 0);

    public override string Row(string x) => $"state->{name}_output";

    public override void PrintStep(CFloatModel model, CText text, string x)
    {
        text.Line($"/* {spec.Name}: {spec}, ReLU. */");
        if (Seen > spec.Input) text.Line($"for (i = 0; i < {Seen - spec.Input}; i++) {{").Line($"state->{name}_rows[i] = state->{name}_rows[i + {spec.Input}];").Line("}");
        text.Line($"for (i = 0; i < {spec.Input}; i++) {{").Line($"state->{name}_rows[i + {Seen - spec.Input}] = {x}[i];").Line("}");
        text.Line($"for (i = 0; i < {Width}; i++) {{").Line($"state->{name}_output[i] = {model.Upper}_READF(&{model.Name}_{name}_bias[i]);").Line("}");
        for (int i = 0; i < filters.Length; i++)
            Multiply(model, text, filters[i], $"state->{name}_rows + {Seen - spec.Windows[i] * spec.Input}", $"state->{name}_output + {i * spec.Filters}", add: true, "state->between");
        text.Line($"for (i = 0; i < {Width}; i++) {{").Line($"if (state->{name}_output[i] < 0.0f) {{").Line($"state->{name}_output[i] = 0.0f;").Line("}").Line("}");
    }
}
