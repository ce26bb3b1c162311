namespace Tern.Training.Data;

public static partial class KnownDatasets
{
    /// <summary>The set of that name; null where there is none.</summary>
    public static KnownDataset? Find(string name) => All.FirstOrDefault(set => set.Name == name);

    /// <summary>The set of that name.</summary>
    /// <exception cref="TernException">There is none; the nearest name is offered.</exception>
    public static KnownDataset Get(string name) => Find(name) ?? throw new TernException(Nearest.Message("no data set is named", name, All.Select(set => set.Name)));

    /// <summary>
    /// Where <see cref="DataConfig.Train"/> is the name of a known set (and no file or folder here has that name), fills in
    /// its files, and for every value that is still at its default its layout: format, encoding, names of columns, several
    /// labels, split by group, and the pattern of file names. Everything else stays as it is.
    /// </summary>
    /// <exception cref="TernException">The set is no set of labelled examples, or is not on this machine.</exception>
    public static DataConfig Apply(DataConfig config)
    {
        if (File.Exists(config.Train) || Directory.Exists(config.Train) || Find(config.Train) is not { } set)
            return config;
        if (set.Config is not { } preset)
            throw new TernException($"{set.Name} ({set.Task}) is not a classification set; ./tern data list shows the sets that are.");
        if (set.Files.Count == 0)
            return config;
        string root = set.Root() ?? throw new TernException(
            $"The data set {set.Name} is not on this machine ({string.Join(" or ", DataCache.Roots)}); fetch it with ./tern data get {set.Name}, or set {DataFiles.Variable}.");
        ColumnsConfig columns = config.Columns, standard = new();
        return config with
        {
            Train = Whole(preset.Train),
            Validation = config.Validation.Length > 0 ? config.Validation : Whole(preset.Validation),
            Test = config.Test.Length > 0 ? config.Test : Whole(preset.Test),
            Format = config.Format == DataFormat.Auto ? preset.Format : config.Format,
            Encoding = config.Encoding == TextEncoding.Utf8 ? preset.Encoding : config.Encoding,
            Columns = columns with
            {
                Text = columns.Text == standard.Text ? preset.Columns.Text : columns.Text,
                Label = columns.Label == standard.Label ? preset.Columns.Label : columns.Label,
                Group = columns.Group == standard.Group ? preset.Columns.Group : columns.Group,
            },
            MultiLabel = config.MultiLabel || preset.MultiLabel,
            SplitByGroup = config.SplitByGroup || preset.SplitByGroup,
            Series = config.Series with { FileName = config.Series.FileName.Length > 0 ? config.Series.FileName : preset.Series.FileName },
        };

        string Whole(string path) => path.Length == 0 ? "" : DataCache.Find(root, path) ?? Path.Combine(root, path);
    }
}
