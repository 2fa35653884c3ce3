namespace Gatepost.Configuration;

/// <summary>One key as it is in force.</summary>
/// <param name="Section">As written in the file; empty for the general keys.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">As TOML.</param>
/// <param name="Origin"><c>file:line</c>, <c>default</c>, <c>computed</c> or the option of the command line.</param>
public sealed record EffectiveValue(string Section, string Key, string Value, string Origin)
{
    public override string ToString() => $"{(Section.Length == 0 ? "" : Section + " ")}{Key} = {Value}  # {Origin}";
}

/// <summary>What <c>config show</c> prints: every key of every section, with where its value comes from.</summary>
internal static class EffectiveValues
{
    public static IEnumerable<EffectiveValue> Of(Settings settings, ConfigurationFile file, Overrides overrides)
    {
        foreach (var definition in ConfigKeys.Sections)
        {
            var sections = definition.Repeated ? file.Many(definition.Name) : [file.One(definition.Name)];
            foreach (var section in sections)
            {
                foreach (var key in definition.Keys)
                {
                    yield return Override(definition, key, settings, overrides)
                        ?? new EffectiveValue(definition.Heading, key.Name, Value(section, key, settings), Origin(section, key));
                }
            }
        }
    }

    private static EffectiveValue? Override(SectionDefinition definition, Key key, Settings settings, Overrides overrides)
    {
        if (key == ConfigKeys.General.Data && overrides.Data is not null)
            return new EffectiveValue(definition.Heading, key.Name, Quote(settings.Data), "--data");
        if (key == ConfigKeys.Dns.Servers && overrides.Dns is not null)
            return new EffectiveValue(definition.Heading, key.Name, Quote(overrides.Dns.ToString()), "--dns");
        return null;
    }

    private static string Value(Section section, Key key, Settings settings)
    {
        if (key == ConfigKeys.General.Data)
            return Quote(settings.Data);
        if (key == ConfigKeys.Account.Password && section.Has(ConfigKeys.Account.Password))
            return "(hidden)";
        if (!section.Has(key) && key is IBoundKey<Settings> bound && bound.ShowIn(settings) is { Length: > 0 } computed)
            return computed;
        return section.SourceOf(key) is { Length: > 0 } source ? source : "(not set)";
    }

    private static string Origin(Section section, Key key)
    {
        var origin = section.OriginOf(key);
        return key == ConfigKeys.General.HostName && origin.File is null ? "computed" : origin.ToString();
    }

    private static string Quote(string text) => $"\"{text}\"";
}
