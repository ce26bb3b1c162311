namespace Tern.Training.Verification;

/// <summary>A kind of reference case. A new kind is a file with its own <c>Kind</c>, and a word in <see cref="All"/>.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Fits">Whether a case is of this kind; by its keys alone.</param>
/// <param name="Error">The largest error of such a case.</param>
sealed record ReferenceKind(string Name, Func<ReferenceCase, bool> Fits, Func<ReferenceCase, double> Error)
{
    public static IReadOnlyList<ReferenceKind> All { get; } = [SruElementwiseCase.Kind, SruCase.Kind, QrnnCase.Kind, IndRnnCase.Kind, HasteCase.Kind, EdgeMlCase.Kind, ThresholdCase.Kind, ByteQuantizationCase.Kind, QuantizerCase.Kind];

    /// <summary>The kind of a case; null where this version has none for it.</summary>
    public static ReferenceKind? Of(ReferenceCase reference) => All.FirstOrDefault(kind => kind.Fits(reference));

    public static string Names => string.Join(", ", All.Select(kind => kind.Name));
}
