namespace Tern.Model;

/// <summary>What a model does: the values of <see cref="ModelSpec.Task"/> that Tern writes.</summary>
public static class ModelTask
{
    /// <summary>One class for a text: softmax of the output.</summary>
    public const string TextClassification = "text-classification";

    /// <summary>Any number of classes for a text: a sigmoid of each output.</summary>
    public const string TextMultiLabel = "text-multi-label";

    /// <summary>One class for a series of numbers: softmax of the output.</summary>
    public const string SeriesClassification = "series-classification";
}
