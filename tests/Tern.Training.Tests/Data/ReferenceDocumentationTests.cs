using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class ReferenceDocumentationTests
{
    [Fact]
    public void TakesFirstSentencesOnceAndNamesReferences()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.xml", """
            <doc><members>
              <member name="T:System.Net.Cookie"><summary>Holds a   <see cref="T:System.Net.Cookie" /> of version 1.1 as text. More of it.</summary></member>
              <member name="T:System.Net.Other"><summary>Holds a Cookie of version 1.1 as text.</summary></member>
              <member name="M:System.Xml.Reader.Read(System.String)"><summary>Reads the next node when <see langword="true" /> and there is one</summary></member>
              <member name="T:System.IO.Stream"><summary>Says the same thing in two areas.</summary></member>
              <member name="T:System.Data.Row"><summary>Says the same thing in two areas.</summary></member>
              <member name="T:System.Runtime.Intrinsics.X86.Avx"><summary>Some very long signature of an instruction.</summary></member>
              <member name="T:System.IO.Path"><summary>Too short.</summary></member>
            </members></doc>
            """);
        IReadOnlyList<TextExample> examples = ReferenceDocumentation.Read([path], maxLength: 160, seed: 1);
        Assert.Equal(
            [new("holds a cookie of version 1.1 as text.", "network"), new("reads the next node when true and there is one", "xml")],
            examples.OrderBy(e => e.Label));
    }

    [Fact]
    public void ReadsTheSdksDocumentation()
    {
        IReadOnlyList<TextExample> examples = ReferenceDocumentation.Read(maxLength: 160, seed: 1);
        Assert.True(examples.Count > 9_000, $"{examples.Count} sentences");
        Assert.Equal(12, examples.Select(e => e.Label).Distinct().Count());
        Assert.Equal(examples.Count, examples.Select(e => e.Text).Distinct().Count());
        Assert.All(examples, e => Assert.InRange(e.Text.Length, 20, 160));
        Assert.Equal(examples, ReferenceDocumentation.Read(maxLength: 160, seed: 1));
    }
}
