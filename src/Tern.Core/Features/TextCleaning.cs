using System.Text.Json.Serialization;

namespace Tern.Features;

/// <summary>Rules that a text is cleaned by before it is lower-cased and cut into tokens (<see cref="TextCleaner"/>).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextCleaning>))]
public enum TextCleaning
{
    /// <summary>As it is.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Kim 2014 (clean_str): other characters become spaces, clitics and punctuation become tokens.</summary>
    [JsonStringEnumMemberName("kim")]
    Kim,

    /// <summary>Kim 2014 for SST (clean_str_sst): other characters become spaces, nothing else.</summary>
    [JsonStringEnumMemberName("kim-sst")]
    KimSst,
}
