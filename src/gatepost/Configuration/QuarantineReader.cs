using Gatepost.Policy.Quarantine;

namespace Gatepost.Configuration;

/// <summary>Reads <c>[quarantine]</c>.</summary>
internal static class QuarantineReader
{
    public static QuarantineOptions Read(ConfigurationFile file)
    {
        var section = file.One("quarantine");
        var options = new QuarantineOptions
        {
            Keep = ReadRules(file, section, ConfigKeys.Quarantine.Keep),
            Accept = ReadRules(file, section, ConfigKeys.Quarantine.Accept),
            MaxSize = section.Get(ConfigKeys.Quarantine.MaxSize),
            MaxMessage = section.Get(ConfigKeys.Quarantine.MaxMessage),
            MaxAge = section.Get(ConfigKeys.Quarantine.MaxAge),
        };
        if (options.MaxMessage > options.MaxSize && (section.Has(ConfigKeys.Quarantine.MaxMessage) || section.Has(ConfigKeys.Quarantine.MaxSize)))
            file.Blame(section.LineOf(section.Has(ConfigKeys.Quarantine.MaxSize) ? ConfigKeys.Quarantine.MaxSize : ConfigKeys.Quarantine.MaxMessage), "one message may take more than all together: write a max-size of at least max-message (50MB unless set)");
        return options;
    }

    private static IReadOnlyList<string> ReadRules(ConfigurationFile file, Section section, Key<IReadOnlyList<string>> key)
    {
        var rules = section.Get(key);
        foreach (string rule in rules.Where(rule => !QuarantineOptions.Rules.Contains(rule)))
            file.Blame(section.LineOf(key), $"{key.Name} has \"{rule}\": write rules that judge whole messages, {string.Join(", ", QuarantineOptions.Rules)}");
        return rules;
    }
}
