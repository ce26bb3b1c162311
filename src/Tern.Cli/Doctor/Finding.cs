using System.Text.Json.Serialization;

namespace Tern.Cli.Doctor;

/// <summary>How a finding is meant.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<State>))]
enum State
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Worth knowing: something is slower, or missing for some uses.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>Training does not work like this.</summary>
    [JsonStringEnumMemberName("problem")]
    Problem,
}

/// <summary>One line of `tern doctor`.</summary>
sealed record Finding(string Name, State State, string Text)
{
    public static Finding Ok(string name, string text) => new(name, State.Ok, text);

    public static Finding Note(string name, string text) => new(name, State.Note, text);

    public static Finding Problem(string name, string text) => new(name, State.Problem, text);
}
