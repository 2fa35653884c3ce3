using System.CommandLine;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Which catalogue explains replies to the reader of a verb, and in which language.</summary>
internal static class ReaderCatalogue
{
    /// <summary>As for any program (POSIX.1-2017 XBD §8.2).</summary>
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>By the catalogue beside the configuration file, its problems reported, in the language of <c>--lang</c>.</summary>
    public static ReplyExplainer For(ParseResult parsed)
    {
        var knowledge = DatabaseOf(CommandLine.FindConfig(parsed));
        foreach (var problem in knowledge.Problems)
            parsed.InvocationConfiguration.Error.WriteLine($"gatepost: {problem}");
        return new ReplyExplainer(knowledge, Choose(knowledge, parsed.GetValue(CommandLine.Lang)));
    }

    /// <summary>What comes with the program, and over it what is beside a configuration file.</summary>
    /// <param name="file">Null for none.</param>
    public static ReplyDatabase DatabaseOf(string? file) =>
        file is null ? ReplyDatabase.BuiltIn : CatalogueFolder.Read(CatalogueOf(file));

    /// <summary>The language an option or else the environment asks for; English if there are no words in it.</summary>
    public static Language Choose(ReplyDatabase knowledge, string? option) =>
        knowledge.FindLanguage(option ?? Variables.Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value))) ?? Language.English;

    /// <summary>Also a configuration with errors, or one that cannot be read, says where to look.</summary>
    private static string? CatalogueOf(string file)
    {
        try
        {
            return SettingsReader.Load(file, new Overrides()).Catalogue;
        }
        catch (ConfigurationException bad)
        {
            return bad.Readable?.Catalogue ?? Path.GetDirectoryName(Path.GetFullPath(file));
        }
    }
}
