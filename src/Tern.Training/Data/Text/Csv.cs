using Sylvan.Data.Csv;

namespace Tern.Training.Data;

/// <summary>
/// Comma-separated values as RFC 4180 has them: fields may stand in double quotes, and then hold commas, line ends and
/// doubled quotes. The first record names the columns; columns that nobody asks for are ignored.
/// </summary>
static class Csv
{
    // lines that begin with it would be comments; it is no character, so that no text has it
    const char NoCharacter = '\uFFFF';

    public static IReadOnlyList<Example> Read(string path, TextInput input, DataConfig config)
    {
        var examples = new TextExamples(path, config);
        TextColumns columns = default;
        int width = 0;
        foreach ((int line, CsvDataReader record) in Records(path, input))
        {
            if (width == 0)
            {
                string[] header = [.. Enumerable.Range(0, record.RowFieldCount).Select(i => record.GetFieldSpan(i).ToString())];
                columns = TextColumns.Find($"{path}:{line}", header, config.Columns);
                width = header.Length;
                continue;
            }
            if (record.RowFieldCount != width)
                throw new TernException($"{path}:{line}: {record.RowFieldCount} fields, but the header names {width}; quote a field that holds a comma.");
            examples.Add(line, Field(columns.Text), Field(columns.Label), columns.Group < 0 ? "" : Field(columns.Group));

            string Field(int index) => record.GetFieldSpan(index).ToString();
        }
        return examples.Finish();
    }

    /// <summary>Whether a field of a first line looks like the name of a column.</summary>
    public static bool IsColumnName(string field) =>
        field.Trim('"', '\r') is { Length: > 0 and <= 64 } name && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Records with the line on which each starts; blank lines are left out.</summary>
    static IEnumerable<(int Line, CsvDataReader Record)> Records(string path, TextInput input)
    {
        int line = 1;
        using CsvDataReader reader = Guard(() => CsvDataReader.Create(input, new CsvDataReaderOptions
        {
            Delimiter = ',',
            HasHeaders = false, // the header is the first record that is not blank, and its line is told
            Comment = NoCharacter,
            CommentHandler = (Action<string>)(_ => throw new TernException($"{path}:{line}: a line begins with U+FFFF, which is no character; is this a text file?")),
            MaxBufferSize = TextInput.MaxRecord,
            OwnsReader = false,
        }));
        while (Guard(reader.Read))
        {
            ReadOnlySpan<char> raw = reader.GetRawRecordSpan();
            int lines = raw.Count('\n') + (raw.Contains('\n') ? 0 : 1);
            bool blank = raw.IsWhiteSpace();
            Guard(() => Unescape(reader));
            if (!blank)
                yield return (line, reader);
            line += lines;
        }

        T Guard<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (CsvRecordTooLargeException)
            {
                throw new TernException($"{path}:{line}: a record of more than {TextInput.MaxRecord} characters; is a quoted field not closed, or this no CSV file?");
            }
            catch (CsvInvalidCharacterException e) when (e.Message.Contains("without a closing quote", StringComparison.Ordinal))
            {
                throw new TernException($"{path}:{line}: a quoted field does not end; close it with \" (a quote inside is doubled).");
            }
            catch (CsvFormatException)
            {
                throw new TernException($"{path}:{line}: text after the closing quote of a field; expected a comma or the end of the line.");
            }
        }
    }

    // a malformed quoted field may be found only when it is taken
    static bool Unescape(CsvDataReader reader)
    {
        for (int i = 0; i < reader.RowFieldCount; i++)
            reader.GetFieldSpan(i);
        return true;
    }
}
