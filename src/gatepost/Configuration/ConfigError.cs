using System.Text.Json.Serialization;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>One thing wrong with a configuration.</summary>
/// <param name="File">As the administrator named it.</param>
/// <param name="Line">From 1; 0 where no line is to blame (a file that is missing).</param>
/// <param name="What">What is wrong and what to write instead.</param>
/// <param name="Level"><c>error</c>, or <c>warning</c> for what can run and probably should not.</param>
public sealed record ConfigError(string File, int Line, [property: JsonIgnore] Finding What, string Level = "error")
{
    /// <summary>What is wrong, in English.</summary>
    public string Message => What.ToString();

    /// <summary>All of it, with its place: <c>gatepost.toml:4: ...</c></summary>
    [JsonIgnore]
    public Finding Shown => Place(Level == "error" ? What : OurEvidence.ConfigWarning.Say(What));

    private Finding Place(Finding what) =>
        Line > 0 ? OurEvidence.ConfigErrorAt.Say(File, Line, what) : OurEvidence.ConfigErrorIn.Say(File, what);

    public override string ToString() => Shown.ToString();
}

/// <summary>A configuration that cannot be used, with everything that is wrong with it.</summary>
/// <param name="faults">In the order of the file; never empty.</param>
/// <param name="readable">What could be read nevertheless, with defaults in place of what could not; null if there was no file.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigError> faults, Settings? readable = null)
    : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>In the order of the file; never empty.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = faults;

    /// <summary>Never to run a server by; enough to find the one that runs.</summary>
    public Settings? Readable { get; } = readable;
}
