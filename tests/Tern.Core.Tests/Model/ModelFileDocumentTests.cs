using System.Text;
using Tern.Cells;
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
}
