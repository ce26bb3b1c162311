using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>What a text is cut into.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenUnit>))]
public enum TokenUnit
{
    /// <summary>Runs of letters, digits, marks and underscores, with apostrophes between them; any other character that is not white space stands alone.</summary>
    [JsonStringEnumMemberName("words")]
    Words,

    /// <summary>Every Unicode scalar value (rune), white space included.</summary>
    [JsonStringEnumMemberName("characters")]
    Characters,

    /// <summary>What stands between white space, as it is: for texts that are cut into words already.</summary>
    [JsonStringEnumMemberName("spaces")]
    Spaces,
}
