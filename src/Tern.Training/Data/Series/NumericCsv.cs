namespace Tern.Training.Data.Series;

/// <summary>
/// Series in comma-separated numbers, a step a line: a file whose label column says the class, or a folder with one
/// sub-folder of files a class, a recording a file.
/// </summary>
static class NumericCsv
{
    /// <summary>Whether a file is named so.</summary>
    public static bool Is(string name) => SeriesLayout.HasExtension(name, ".csv") || SeriesLayout.HasExtension(name, ".tsv");

    /// <summary>Whether a sub-folder holds such a file.</summary>
    public static bool IsFolder(string folder) => SeriesLayout.Folders(folder).Any(sub => SeriesLayout.Files(sub, Is).Length > 0);

    /// <summary>Reads every recording and cuts it into windows.</summary>
    /// <exception cref="TernException">A file is malformed, or no series is left.</exception>
    public static DataParts Read(string path, DataConfig config)
    {
        var examples = new List<SeriesExample>();
        if (Directory.Exists(path))
            ReadFolder(path, config, examples);
        else
        {
            using NumericTable table = new(path, config, label: null);
            table.Read(examples);
        }
        if (examples.Count == 0)
            throw new TernException(config.Series.Window > 0
                ? $"{path} holds no recording of {config.Series.Window} steps (data.series.window) of one class; use a shorter window, or 0 to take recordings whole."
                : $"{path} holds no steps; expected a line of numbers for each below the header.");
        return new(examples);
    }

    static void ReadFolder(string folder, DataConfig config, List<SeriesExample> examples)
    {
        string? first = null, columns = null;
        string[] classes = SeriesLayout.Folders(folder);
        foreach (string sub in classes)
            foreach (string file in SeriesLayout.Files(sub, Is))
            {
                using NumericTable table = new(file, config, Path.GetFileName(sub));
                first ??= file;
                columns ??= table.ChannelNames;
                if (table.ChannelNames != columns)
                    throw new TernException($"{file} has the channels {table.ChannelNames}, but {first} has {columns}; expected the same, or name them in data.columns.channels.");
                table.Read(examples);
            }
        if (first is null)
            throw new TernException($"{folder} holds no csv files in its {classes.Length} sub-folder(s); expected a sub-folder a class, with a recording a csv file.");
    }
}
