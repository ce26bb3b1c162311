using System.Text;

namespace Tern.Core.Tests.Model;

/// <summary>Ways to damage a model file, each told by a seed.</summary>
static class Mutation
{
    static readonly string[] Numbers = ["0", "-1", "-0", "1e9", "1e99", "0.5", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "16777216", "16777217", "NaN"];
    static readonly string[] Tokens = ["null", "true", "{}", "[]", "\"\"", "\"x\"", "[[[[[[[[", "{\"a\":", "\\", "\\u0000", "\\ud800", "\u0000", "\"", "\\\"", ",", ":", "\u00e9", "1", "-"];

    /// <summary>A damaged copy, and in a word how it was damaged.</summary>
    public static (byte[] File, string How) Of(byte[] whole, byte[] other, Random random)
    {
        byte[] file = [.. whole];
        var how = new List<string>();
        for (int times = random.Next(4) == 0 ? random.Next(2, 6) : 1; times > 0; times--)
        {
            int kind = random.Next(12);
            (file, string name) = kind switch
            {
                0 => (Flip(file, random, file.Length), "bit of the file"),
                1 => (Flip(file, random, Math.Min(file.Length, HeaderEnd(file))), "bit of the header"),
                2 => (file[..random.Next(file.Length + 1)], "truncation"),
                3 => (Splice(file, file, random), "splice of itself"),
                4 => (Splice(file, other, random), "splice of another model"),
                5 => (EditHeader(file, random, InflateNumber), "number"),
                6 => (EditHeader(file, random, DuplicateField), "duplicated field"),
                7 => (EditHeader(file, random, InsertToken), "token"),
                8 => (EditHeader(file, random, RemoveRange), "removed part"),
                9 => (EditHeader(file, random, SwapNames), "swapped names"),
                10 => (HeaderLength(file, random), "header length"),
                _ => ([.. file, .. new byte[random.Next(1, 64)]], "appended bytes"),
            };
            how.Add(name);
        }
        return (file, string.Join(" + ", how));
    }

    static int HeaderEnd(byte[] file) => file.Length < 8 ? file.Length : 8 + (int)Math.Min((ulong)(file.Length - 8), BitConverter.ToUInt64(file));

    static byte[] Flip(byte[] file, Random random, int end)
    {
        if (end > 0) file[random.Next(end)] ^= (byte)(1 << random.Next(8));
        return file;
    }

    static byte[] Splice(byte[] file, byte[] source, Random random)
    {
        if (file.Length == 0 || source.Length == 0) return file;
        int from = random.Next(source.Length), length = random.Next(1, Math.Min(200, source.Length - from) + 1), at = random.Next(file.Length);
        byte[] piece = source[from..(from + length)];
        return random.Next(2) == 0
            ? [.. file[..at], .. piece, .. file[at..]]
            : [.. file[..at], .. piece, .. file[Math.Min(file.Length, at + length)..]];
    }

    static byte[] HeaderLength(byte[] file, Random random)
    {
        if (file.Length < 8) return file;
        ulong length = BitConverter.ToUInt64(file);
        BitConverter.TryWriteBytes(file, random.Next(4) switch { 0 => length + (ulong)random.Next(1, 100), 1 => length - (ulong)random.Next(1, 100), 2 => 1ul << random.Next(64), _ => (ulong)random.NextInt64() });
        return file;
    }

    /// <summary>Changes the header as text and corrects its length, so that the change is read.</summary>
    static byte[] EditHeader(byte[] file, Random random, Func<string, Random, string> edit)
    {
        int end = HeaderEnd(file);
        if (end <= 8) return file;
        byte[] header = Encoding.Latin1.GetBytes(edit(Encoding.Latin1.GetString(file, 8, end - 8), random));
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[end..]];
    }

    static string InflateNumber(string header, Random random)
    {
        int start = Find(header, random, char.IsAsciiDigit), end = start;
        if (start < 0) return header;
        while (start > 0 && char.IsAsciiDigit(header[start - 1])) start--;
        while (end < header.Length && char.IsAsciiDigit(header[end])) end++;
        return string.Concat(header.AsSpan(0, start), Numbers[random.Next(Numbers.Length)], header.AsSpan(end));
    }

    static string DuplicateField(string header, Random random)
    {
        int comma = Find(header, random, letter => letter == ','), next = comma < 0 ? -1 : header.IndexOf(',', comma + 1);
        return next < 0 ? header : string.Concat(header.AsSpan(0, next), header.AsSpan(comma, next - comma), header.AsSpan(next));
    }

    static string InsertToken(string header, Random random)
    {
        int at = Find(header, random, letter => letter is ':' or ',' or '[' or '{' or '"') + 1;
        return header.Insert(at, Tokens[random.Next(Tokens.Length)]);
    }

    static string RemoveRange(string header, Random random)
    {
        int at = random.Next(header.Length);
        return header.Remove(at, Math.Min(random.Next(1, 40), header.Length - at));
    }

    static string SwapNames(string header, Random random)
    {
        string[] names = ["embedding", "encoder.0", "pooling", "head", "tokens", "features", "forward", "weight", "bias", "recurrent", "linear", "torch-recurrent", "float32", "F32", "shape", "dtype", "tern", "sru", "mingru", "none", "after", "integer", "ternary", "sparse", "low-rank", "bits", "scales", ".values", ".columns", ".offsets", ".left", ".right", "U8", "I8", "I16"];
        (string one, string two) = (names[random.Next(names.Length)], names[random.Next(names.Length)]);
        int at = header.IndexOf(one, random.Next(header.Length), StringComparison.Ordinal);
        return at < 0 ? header.Replace(one, two, StringComparison.Ordinal) : string.Concat(header.AsSpan(0, at), two, header.AsSpan(at + one.Length));
    }

    /// <summary>A place of such a letter at or behind a random place, else before it; -1 for none.</summary>
    static int Find(string text, Random random, Func<char, bool> fits)
    {
        if (text.Length == 0) return -1;
        int start = random.Next(text.Length);
        for (int i = 0; i < text.Length; i++)
            if (fits(text[(start + i) % text.Length])) return (start + i) % text.Length;
        return -1;
    }
}
