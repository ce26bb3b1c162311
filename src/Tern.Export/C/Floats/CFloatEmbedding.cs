using Tern.FixedPoint;
using Tern.Model;

namespace Tern.Export.C.Floats;

/// <summary>A row of a table for each token id.</summary>
sealed class CFloatEmbedding(EmbeddingSpec spec, IReadOnlyDictionary<string, TensorData> tensors) : CFloatModule
{
    readonly string name = CName.Of(spec.Name);

    public override int Width => spec.Width;

    public int Tokens => spec.Vocabulary;

    public override IReadOnlyList<CFloatField> Fields => [new(name, Width, Carried: false, "the token's row")];

    public override IReadOnlyList<(string Name, float[] Values)> Vectors => [(name + "_table", tensors[$"{spec.Name}.weight"].Values)];

    public override string Row(string x) => $"state->{name}";

    public override void PrintStep(CFloatModel model, CText text, string x) => text
        .Line($"for (i = 0; i < {Width}; i++) {{")
        .Line($"state->{name}[i] = {model.Upper}_READF(&{model.Name}_{name}_table[(token < {Tokens}UL ? token : {Math.Min(Features.Vocabulary.Unknown, Tokens - 1)}UL) * {Width}UL + i]);")
        .Line("}");
}
