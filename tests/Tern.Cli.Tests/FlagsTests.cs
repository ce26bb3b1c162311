using System.CommandLine;
using Xunit;

namespace Tern.Cli.Tests;

public class FlagsTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("9m30s", 570)]
    [InlineData("1d2h", 93600)]
    public void A_time_is_read(string text, double seconds) => Assert.Equal(seconds, Parse(text, out _));

    [Theory]
    [InlineData("90")]
    [InlineData("s")]
    [InlineData("9m30")]
    [InlineData("0s")]
    [InlineData("-3s")]
    [InlineData("9x")]
    [InlineData("1e9d")]
    public void What_is_no_time_is_refused(string text)
    {
        Assert.Null(Parse(text, out string error));
        Assert.Contains($"--time {text} is not a time", error, StringComparison.Ordinal);
    }

    static double? Parse(string text, out string error)
    {
        Option<double?> option = Flags.Duration("--time", "");
        ParseResult result = new RootCommand { option }.Parse(["--time", text]);
        error = string.Join(' ', result.Errors.Select(e => e.Message));
        return error.Length > 0 ? null : result.GetValue(option);
    }
}
