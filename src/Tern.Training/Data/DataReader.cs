using Tern.Training.Data.Series;

namespace Tern.Training.Data;

/// <summary>Reads a data file or folder in any of the layouts of <see cref="DataFormat"/>. Errors name the file, and the line where there are lines.</summary>
public static class DataReader
{
    /// <summary>Reads every example, in the order of the files.</summary>
    /// <param name="path">File or folder.</param>
    /// <param name="config">Layout, encoding, columns, steps.</param>
    /// <exception cref="TernException">It cannot be read, holds no example, or is not in this layout or encoding.</exception>
    public static DataParts Read(string path, DataConfig config) => SeriesLayout.Of(path, config) switch
    {
        DataFormat.NumericCsv => NumericCsv.Read(path, config),
        DataFormat.Ts => TsFile.Read(path, config),
        DataFormat.UciHar => UciHar.Read(path, config),
        DataFormat.Idx => IdxImages.Read(path, config),
        DataFormat.Wav => WavFiles.Read(path, config),
        _ => new(TextFile.Read(path, config)),
    };
}
