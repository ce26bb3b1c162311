using System.Runtime.CompilerServices;
using Tern.Cells.Derivation;
using Xunit;

namespace Tern.Core.Tests.Cells;

public sealed class GeneratedCellsTests
{
    [Fact]
    public void Checked_in_kernels_are_what_the_present_steps_yield()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/Tern.Core/Cells/Generated");
        var expected = GeneratedCells.Files().ToDictionary(f => f.Name, f => f.Text);
        Assert.Equal(expected.Keys.Order(), Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order());
        foreach (var (name, text) in expected)
        {
            Assert.True(text == File.ReadAllText(Path.Combine(folder, name)), $"{name} is out of date: run ./tern dev derive.");
        }
    }

    static string ThisFile([CallerFilePath] string path = "") => path;
}
