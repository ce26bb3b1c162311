using System.Text.Json;
using System.Text.RegularExpressions;
using Tern.Training;
using Xunit;

namespace Tern.Cli.Tests.Docs;

/// <summary>docs/recipes.md has a row for each key of a configuration, with its default and the names that it may have.</summary>
public sealed partial class RecipePageTests
{
    static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "recipes.md"));

    [Fact]
    public void Every_key_has_a_row_with_its_default_and_no_other_key_has_one()
    {
        Dictionary<string, string> defaults = Defaults("", ConfigJson.Element(new TrainConfig())).ToDictionary(pair => pair.Key, pair => pair.Value);
        Dictionary<string, string> rows = Row().Matches(Page).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Trim('`', ' '));
        string[] missing = [.. defaults.Where(pair => !rows.ContainsKey(pair.Key)).Select(pair => $"| `{pair.Key}` | {(pair.Value.Length > 0 ? $"`{pair.Value}` " : "")}| ... |")];
        Assert.True(missing.Length == 0, "docs/recipes.md lacks these rows:\n" + string.Join('\n', missing));
        string[] stale = [.. rows.Keys.Where(key => !defaults.ContainsKey(key))];
        Assert.True(stale.Length == 0, "docs/recipes.md has rows of keys that are not there: " + string.Join(", ", stale));
        string[] wrong = [.. defaults.Where(pair => rows[pair.Key] != pair.Value).Select(pair => $"{pair.Key} is {pair.Value}, not {rows[pair.Key]}")];
        Assert.True(wrong.Length == 0, "docs/recipes.md has other defaults: " + string.Join("; ", wrong));
    }

    [Fact]
    public void Values_that_are_names_are_all_in_the_row()
    {
        int names = 0;
        foreach ((string key, Type type) in Enumerations("", typeof(TrainConfig)))
            foreach (object value in Enum.GetValues(type))
            {
                string name = ConfigJson.Element(Parsed(key, value)).GetProperty(key.Split('.')).GetString()!;
                Match row = Regex.Match(Page, $@"^\| `{Regex.Escape(key)}` \|.*$", RegexOptions.Multiline);
                Assert.True(row.Value.Contains($"`{name}`", StringComparison.Ordinal), $"docs/recipes.md: the row of {key} lacks `{name}`");
                names++;
            }
        Assert.True(names >= 10);
    }

    [Fact]
    public void The_recipe_that_is_shown_is_one()
    {
        string json = Page.Split("```json\n")[1].Split("```")[0];
        TrainConfig config = ConfigJson.Read(json, "docs/recipes.md").Resolve();
        Assert.Equal(("reviews", 12, true), (config.Name, config.Epochs, config.Model.Bidirectional));
    }

    static IEnumerable<KeyValuePair<string, string>> Defaults(string prefix, JsonElement element) => element.EnumerateObject().SelectMany(property =>
        property.Value.ValueKind == JsonValueKind.Object && property.Value.EnumerateObject().Any()
            ? Defaults($"{prefix}{property.Name}.", property.Value)
            : [KeyValuePair.Create(prefix + property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText())]);

    static IEnumerable<(string Key, Type Type)> Enumerations(string prefix, Type record)
    {
        foreach (var property in record.GetProperties().Where(property => property.SetMethod is not null))
        {
            string key = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (property.PropertyType.IsEnum) yield return (key, property.PropertyType);
            else if (property.PropertyType.Name.EndsWith("Config", StringComparison.Ordinal))
                foreach (var below in Enumerations(key + ".", property.PropertyType)) yield return below;
        }
    }

    /// <summary>The defaults with one value changed, by reflection: the name that JSON gives it is what is asked for.</summary>
    static TrainConfig Parsed(string key, object value)
    {
        var config = new TrainConfig();
        object at = config;
        string[] parts = key.Split('.');
        foreach (string part in parts[..^1]) at = Property(at, part).GetValue(at)!;
        Property(at, parts[^1]).SetValue(at, value);
        return config;

        static System.Reflection.PropertyInfo Property(object at, string name) =>
            at.GetType().GetProperties().Single(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) == name);
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|([^|]*)\| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}

/// <summary>Walks into a document.</summary>
static class JsonPath
{
    public static JsonElement GetProperty(this JsonElement element, IEnumerable<string> path) => path.Aggregate(element, (at, name) => at.GetProperty(name));
}
