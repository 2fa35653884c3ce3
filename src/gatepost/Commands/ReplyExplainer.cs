using System.CommandLine;
using System.Text.Json;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>Looks replies of queue and journal up in the catalogue, in the reader's language.</summary>
internal sealed class ReplyExplainer(ReplyDatabase knowledge, Language language)
{
    /// <summary>As for any program (POSIX.1-2017 XBD §8.2).</summary>
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    public ReplyDatabase Knowledge => knowledge;

    /// <summary>Everything else said to the reader.</summary>
    public Texts Texts => knowledge.TextsIn(language);

    /// <summary>By the catalogue beside the configuration file, its problems reported, in the language of <c>--lang</c>.</summary>
    public static ReplyExplainer For(ParseResult parsed)
    {
        var knowledge = KnowledgeOf(CommandLine.FindConfig(parsed));
        foreach (var problem in knowledge.Problems)
            parsed.InvocationConfiguration.Error.WriteLine($"gatepost: {problem}");
        return new ReplyExplainer(knowledge, Choose(knowledge, parsed.GetValue(CommandLine.Lang)));
    }

    /// <summary>What comes with the program, and over it what is beside a configuration file.</summary>
    /// <param name="file">Null for none.</param>
    public static ReplyDatabase KnowledgeOf(string? file) =>
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

    /// <summary>By the entry where it is one of our own or a condition our client met; by the words otherwise.</summary>
    public Explanation Explain(string? entry, int code, string? status, string text, string? host, MessageOutcome? outcome = null)
    {
        if (entry is not null && knowledge.Entries.TryGetValue(entry, out var known) && known.Kind is EntryKind.Own or EntryKind.Condition)
            return knowledge.Explain(known, outcome);
        return knowledge.Explain($"{code}{(status is null ? "" : " " + status)} {text}",
            new ExplainHints { RemoteHost = host, IsOurs = false, Outcome = outcome });
    }

    public QueueItemReply Told(QueueItemReply last)
    {
        var explained = Explain(last.Entry, last.Code, last.Status, last.Text, last.Host);
        return last with { Reason = explained.Reason?.Word, Meaning = explained.Meaning(language) };
    }

    public QueueItem Told(QueueItem item) => item with
    {
        Recipients = [
            .. item.Recipients.Select(recipient => recipient.Last is { } last ? recipient with { Last = Told(last) } : recipient)],
    };

    /// <summary>Writes the event as JSON, with reason and meaning where it has a reply that needs them.</summary>
    public void Write(Utf8JsonWriter json, JournalEvent happened)
    {
        var explained = NeedsMeaning(happened)
            ? Explain(happened.Entry, happened.Code!.Value, happened.Status, happened.Text ?? "", happened.PeerName)
            : null;
        JournalJson.Write(json, happened, explained?.Reason?.Word, explained?.Meaning(language));
    }

    /// <summary>Refusals, delays and conditions are explained; a 250 says enough.</summary>
    public static bool NeedsMeaning(JournalEvent happened) => happened.Code is { } code && code / 100 is 1 or 4 or 5;
}
