using Xunit;

namespace Tern.Cli.Tests;

/// <summary>Wrong usage: one line that names the nearest thing, exit code 2.</summary>
public sealed class UsageTests
{
    [Fact]
    public void An_unknown_verb_offers_the_nearest() => Cli.Refuses(["inof"], "'inof'", "did you mean 'info'?");

    [Fact]
    public void A_word_like_no_verb_lists_them() => Cli.Refuses(["xylophone"], "'xylophone'", "Known: ", "info");

    [Fact]
    public void An_unknown_option_offers_the_nearest() => Cli.Refuses(["info", "a", "--jsn"], "'--jsn'", "did you mean '--json'?");

    [Fact]
    public void An_unknown_option_is_not_taken_for_an_argument() => Cli.Refuses(["info", "--jsn"], "'--jsn'", "did you mean '--json'?");

    [Fact]
    public void A_missing_argument_says_what_is_wanted() => Cli.Refuses(["info"], "MODEL");

    [Fact]
    public void One_argument_too_many_is_named() => Cli.Refuses(["info", "a", "b"], "'b'");

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("many")]
    [InlineData("99999999999")]
    public void Threads_are_a_whole_number_above_0(string value) => Cli.Refuses(["info", "a", "--threads", value], "--threads " + value, "whole number");

    [Fact]
    public void A_missing_value_is_asked_for() => Cli.Refuses(["info", "a", "--seed"], "--seed");

    [Fact]
    public void Help_shows_an_example_of_each_verb()
    {
        (int code, string root, _) = Cli.Run("--help");
        Assert.Equal(0, code);
        Assert.Contains("info", Verbs(root));
        foreach (string verb in Verbs(root)) HasAnExample(verb);

        static void HasAnExample(params string[] path)
        {
            (int code, string help, string error) = Cli.Run([.. path, "--help"]);
            Assert.Equal((0, ""), (code, error));
            Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 100, line));
            string[] below = Verbs(help);
            foreach (string verb in below) HasAnExample([.. path, verb]);
            if (below.Length > 0) return;
            foreach (string expected in (string[])["Example:  ./tern " + string.Join(' ', path), "--json", "--seed", "--threads", "--help"]) Assert.Contains(expected, help);
        }

        static string[] Verbs(string help) =>
            [.. help.Split('\n').SkipWhile(line => line != "Verbs").Skip(1).TakeWhile(line => line.Length > 0).Where(line => line[2] != ' ').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];
    }

    [Fact]
    public void Version_is_that_of_the_build() => Assert.Matches(@"^tern \d+\.\d+\.\d+\n$", Cli.Run("--version").Out);
}
