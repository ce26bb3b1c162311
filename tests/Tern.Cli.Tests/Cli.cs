using Xunit;

namespace Tern.Cli.Tests;

/// <summary>Runs the program in this process, on streams of the test.</summary>
static class Cli
{
    public static (int Code, string Out, string Error) Run(params string[] args) => RunWith("", args);

    public static (int Code, string Out, string Error) RunWith(string input, params string[] args)
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        int code = Program.Run(args, new StringReader(input), stdout, stderr, TestContext.Current.CancellationToken);
        return (code, stdout.ToString(), stderr.ToString());
    }

    /// <summary>Asserts bad input: exit code 2, nothing on standard output, one line on standard error that says all the given words.</summary>
    public static void Refuses(string[] args, params string[] words)
    {
        (int code, string output, string error) = Run(args);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (string word in words) Assert.Contains(word, error);
    }
}
