namespace Tern.Training.Data;

/// <summary>A text and the name of its class.</summary>
/// <param name="Text">The text as read.</param>
/// <param name="Label">The class.</param>
public sealed record TextExample(string Text, string Label);
