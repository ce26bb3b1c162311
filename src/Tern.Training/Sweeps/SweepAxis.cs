namespace Tern.Training.Sweeps;

/// <summary>Keys of a configuration that take several values in turn, written KEY[,KEY...]=VALUE[,VALUE...]: all keys take the same value at a time.</summary>
/// <param name="Keys">Such as data.fold.</param>
/// <param name="Values">At least one, as text.</param>
public sealed record SweepAxis(IReadOnlyList<string> Keys, IReadOnlyList<string> Values)
{
    /// <summary>Reads an axis such as <c>model.dropout=0.1,0.3,0.5</c>.</summary>
    /// <exception cref="TernException">It is none.</exception>
    public static SweepAxis Parse(string text)
    {
        int equals = text.IndexOf('=');
        string[] keys = Parts(equals < 0 ? "" : text[..equals]), values = Parts(text[(equals + 1)..]);
        if (keys.Length == 0 || values.Length == 0 || keys.Concat(values).Any(part => part.Length == 0))
            throw new TernException($"'{text}' names no values to go through; expected KEY=VALUE,VALUE, for example data.fold=1,2,3.");
        if (values.Distinct().Count() != values.Length)
            throw new TernException($"'{text}' has a value twice; leave one out.");
        return new(keys, values);

        static string[] Parts(string list) => list.Length == 0 ? [] : list.Split(',', StringSplitOptions.TrimEntries);
    }

    /// <summary>The configuration with one of the values.</summary>
    /// <exception cref="TernException">No such key, or the value does not fit.</exception>
    public TrainConfig Apply(TrainConfig config, string value) => Keys.Aggregate(config, (changed, key) => ConfigJson.Set(changed, $"{key}={value}"));

    /// <summary>A name for a value, for folders: the last part of the first key and the value.</summary>
    public string Label(string value) => $"{Keys[0][(Keys[0].LastIndexOf('.') + 1)..]}-{value}";
}
