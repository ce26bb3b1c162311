using Tern.Cells.Derivation;

// Writes Cells/Generated from the cells' steps. Argument: that folder.
string folder = args.Single();
var files = GeneratedCells.Files().ToArray();
foreach (string old in Directory.GetFiles(folder, "*.g.cs").Where(f => files.All(g => g.Name != Path.GetFileName(f)))) File.Delete(old);
foreach (var (name, text) in files)
{
    File.WriteAllText(Path.Combine(folder, name), text);
    Console.WriteLine($"{name}: {text.Count(c => c == '\n')} lines");
}
