namespace Tern.Model;

/// <summary>Writes files of which a kill at any moment leaves the old one or the new one, never a part.</summary>
static class WholeFile
{
    /// <summary>Writes under a name of this process alone, flushes to the disk and renames; a failure leaves the old file and no other.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        // two processes may write one file: each has its own unfinished one, and the last to rename wins
        string unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            // where even that fails, the first exception tells more
            try { File.Delete(unfinished); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
            throw;
        }
    }

    /// <summary>Writes a text as UTF-8.</summary>
    public static void Write(string path, string text) => Write(path, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true);
        writer.Write(text);
    });
}
