using System.CommandLine;
using System.Globalization;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>What commands write, in the language of the reader: of <c>--lang</c>, else of the environment.</summary>
internal static class CommandTexts
{
    public static Texts Of(ParseResult parsed) => Find(parsed.GetValue(CommandLine.Config), parsed.GetValue(CommandLine.Lang));

    /// <summary>Where there is no command line to ask, as for a program that calls <c>sendmail</c>.</summary>
    public static Texts OfEnvironment() => Find(null, null);

    /// <summary>Says on standard error what went wrong, or what was not found.</summary>
    public static void WriteError(this ParseResult parsed, Finding what) =>
        parsed.InvocationConfiguration.Error.WriteLine("gatepost: " + SafeText.Of(Of(parsed).Show(what)));

    /// <summary>A number with the words for what is counted.</summary>
    /// <param name="key">Of a text with <c>{shown}</c>, the number as people read it, and <c>{count|...}</c>.</param>
    public static string Count(this Texts texts, string key, int count) =>
        texts.Say(key, ("count", count), ("shown", count.ToString("N0", CultureInfo.InvariantCulture)));

    private static Texts Find(string? config, string? language)
    {
        var knowledge = ReaderCatalogue.DatabaseOf(config ?? CommandLine.FindConfig());
        return knowledge.TextsIn(ReaderCatalogue.Choose(knowledge, language));
    }
}
