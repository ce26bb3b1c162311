using System.Text;
using Tern.Cells;
using Tern.Matrices;
using Tern.Model;
using Xunit;

namespace Tern.Core.Tests.Model;

public sealed class ModelFileDocumentTests
{
    [Fact]
    public void The_documented_description_is_read_and_runs()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "model-file.md"));
        string json = page.Split("```json\n")[1].Split("```")[0];
        ModelSpec spec = ModelJson.Read(Encoding.UTF8.GetBytes(json));
        TextClassifier classifier = new(new Network(spec, SmallModel.Tensors(spec)));
        Assert.Contains(classifier.Predict("e t e").Label, spec.Labels!);
    }

    [Fact]
    public void The_documented_names_are_those_of_the_cells()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "model-file.md"));
        var names = CellCatalogue.Variants.Select(CellCatalogue.Spec).SelectMany(cell => cell.Input.Concat(cell.Vectors).Concat(cell.Scalars).Concat(cell.Constants));
        foreach (string name in names.Distinct())
            Assert.Matches($@"`[^`]*\b{name}\b[^`]*`", page);
    }

    [Fact]
    public void The_documented_encodings_are_all_there_are_and_are_read()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "model-file.md"));
        string json = page.Split("```json\n").Single(block => block.StartsWith("\"encodings\"")).Split("```")[0];
        ModelSpec spec = ModelJson.Read(Encoding.UTF8.GetBytes($$"""{"format":1,"needs":"0.1.0","task":"x","modules":[],"output":"y","metrics":{},{{json}}}"""));
        var factors = Assert.IsType<LowRankEncoding>(spec.Encodings["head.weight"]);
        Assert.Equal(
            [typeof(Float32Encoding), typeof(IntegerEncoding), typeof(LowRankEncoding), typeof(SparseEncoding), typeof(TernaryEncoding)],
            spec.Encodings.Values.Select(encoding => encoding.GetType()).Distinct().OrderBy(type => type.Name));
        Assert.Equal((16, new SparseEncoding { Bits = 8, Scales = 1 }, MatrixEncoding.Float32), (factors.Rank, factors.Left, factors.Right));
        foreach (var derived in typeof(MatrixEncoding).GetCustomAttributes(false).OfType<System.Text.Json.Serialization.JsonDerivedTypeAttribute>())
            Assert.Contains($"\"{derived.TypeDiscriminator}\"", json);
    }
}
