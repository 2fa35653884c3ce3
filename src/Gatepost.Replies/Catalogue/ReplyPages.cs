using System.Text;

namespace Gatepost.Replies.Catalogue;

/// <summary>The catalogue as Markdown pages, one file a subject with one heading an entry.</summary>
/// <remarks>
/// One file for each of a thousand entries could be neither read in one go nor reviewed in a change; a heading is as good an address
/// (<c>our-replies.md#relay-denied</c>).
/// </remarks>
public sealed class ReplyPages
{
    private readonly ReplyDatabase knowledge;
    private readonly Language language;

    private readonly Texts texts;

    private ReplyPages(ReplyDatabase knowledge, Language language)
    {
        (this.knowledge, this.language) = (knowledge, language);
        texts = knowledge.TextsIn(language);
    }

    /// <summary>Every page: its path below the folder, with <c>/</c>, and its text with LF.</summary>
    public static IEnumerable<(string Path, string Text)> All(ReplyDatabase knowledge)
    {
        foreach (var language in knowledge.Languages)
        {
            string folder = language == Language.English ? "" : language.Code() + "/";
            foreach (var (path, text) in new ReplyPages(knowledge, language).Write())
                yield return (folder + path, text);
        }
    }

    private IEnumerable<(string Path, string Text)> Write()
    {
        yield return ("README.md", Index());
        yield return ("reasons.md", Page(Say("pages.reasons"), Say("pages.reasons-introduction"), Reason.All, WriteReason));
        yield return ("our-replies.md", Page(Say("pages.own"), Say("pages.own-introduction"), OurReplies.All, WriteOwn));
        yield return (
            "codes.md", Page(Say("pages.codes"), Say("pages.codes-introduction"), BasicCodes.All.Concat(BasicCodes.Classes), WriteCode));
        yield return (
            "statuses.md", Page(
                Say("pages.statuses"), Say("pages.statuses-introduction"), StatusCodes.All.Concat(StatusCodes.Subjects), WriteStatus));
        foreach (var dialect in Providers())
            yield return (
                PathOf(dialect), Page(
                    TitleOf(dialect), dialect.HelpUrl is { } help ? $"<{FactTemplate.Fill(help, StatedFacts.None, texts)}>"
                    : "", dialect.Entries.Where(entry => !entry.IsGeneral), WriteDialect));
    }

    private IEnumerable<Dialect> Providers() => knowledge.Dialects.Where(dialect => dialect.Entries.Any(entry => !entry.IsGeneral));

    private static string PathOf(Dialect dialect) => "dialects/" + System.IO.Path.GetFileNameWithoutExtension(dialect.File) + ".md";

    private static string TitleOf(Dialect dialect)
    {
        if (dialect.Provider.Length > 0)
            return dialect.Provider;
        string name = System.IO.Path.GetFileNameWithoutExtension(dialect.File).Replace('-', ' ');
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    private string Index()
    {
        var page = new StringBuilder();
        page.Append("# ").AppendLine(Say("pages.title")).AppendLine();
        page.AppendLine(Say("pages.introduction"));
        page.AppendLine();
        foreach (var (path, title) in (ReadOnlySpan<(string, string)>)
            [("reasons.md", Say("pages.reasons")), ("our-replies.md", Say("pages.own")), ("codes.md", Say("pages.codes")),
                ("statuses.md", Say("pages.statuses"))])
            page.AppendLine($"- [{title}]({path})");
        page.AppendLine().Append("## ").AppendLine(Say("pages.others")).AppendLine();
        foreach (var dialect in Providers())
            page.AppendLine($"- [{TitleOf(dialect)}]({PathOf(dialect)}): {dialect.Entries.Count(entry => !entry.IsGeneral)}");
        return Finish(page);
    }

    private static string Page<T>(string title, string introduction, IEnumerable<T> entries, Action<StringBuilder, T> write)
    {
        var page = new StringBuilder();
        page.Append("# ").AppendLine(title);
        if (introduction.Length > 0)
            page.AppendLine().AppendLine(introduction);
        foreach (var entry in entries)
        {
            page.AppendLine();
            write(page, entry);
        }

        return Finish(page);
    }

    private void WriteReason(StringBuilder page, Reason reason)
    {
        page.Append("## ").AppendLine(reason.Word).AppendLine();
        WriteWords(page, knowledge.Words(reason, language), reason.Actors, reason.Retry);
    }

    private void WriteOwn(StringBuilder page, ReplyEntry entry)
    {
        page.Append("## ").AppendLine(entry.Id).AppendLine();
        page.AppendLine(Form(entry.Classic));
        if (entry.Modern != entry.Classic)
            page.AppendLine().AppendLine(Say("pages.modern")).AppendLine().AppendLine(Form(entry.Modern));
        page.AppendLine();
        WriteWords(page, knowledge.Words(entry, language), entry.Actors, entry.Retry, entry.Reason, "");
        WriteSource(page, entry.Source);
    }

    private void WriteCode(StringBuilder page, ReplyEntry entry)
    {
        page.Append("## ").AppendLine(entry.Id).AppendLine();
        page.AppendLine(knowledge.Words(entry, language).Meaning);
        WriteReasonLink(page, entry.Reason, "");
        WriteSource(page, entry.Source);
    }

    private void WriteStatus(StringBuilder page, StatusCode row)
    {
        page.Append("## ").AppendLine(row.Id).AppendLine();
        page.AppendLine($"*{row.Title}*").AppendLine();
        page.AppendLine(knowledge.Words(row.Permanent, language).Meaning);
        WriteReasonLink(page, row.Permanent.Reason, "");
        WriteSource(page, row.Source);
    }

    private void WriteDialect(StringBuilder page, DialectEntry entry)
    {
        page.Append("## ").AppendLine(entry.Entry.Id).AppendLine();
        foreach (string example in entry.Examples.Take(2))
            page.Append("    ").AppendLine(example.Replace('\n', ' '));
        page.AppendLine();
        var own = knowledge.OwnWords(entry.Entry.Id, language) ?? new Words();
        WriteWords(page, own, entry.Entry.Actors, entry.Entry.Retry, entry.Entry.Reason, "../");
        WriteSource(page, entry.Entry.Source);
    }

    private void WriteWords(StringBuilder page, Words words, Actors actors, Retry retry, Reason? reason = null, string up = "")
    {
        page.AppendLine(words.Meaning);
        if (Advice.Parties.Any(party => words.For(party).Count > 0))
            page.AppendLine();
        foreach (var party in Advice.Parties)
        {
            foreach (string step in words.For(party))
                page.Append("- ").Append(texts.Party(party, AdviceVoice.Page)).Append(": ").AppendLine(step);
        }

        if (reason is not null)
            WriteReasonLink(page, reason, up);
        if (actors != Actors.Nobody || retry != Retry.No)
            page.AppendLine().AppendLine(
                $"{Say("pages.can-act")}: {Parties(actors)}. {Say("pages.again")}: {texts.Again(retry, AdviceVoice.Page)}.");
    }

    private void WriteReasonLink(StringBuilder page, Reason? reason, string up)
    {
        if (reason is not null)
            page.AppendLine().AppendLine($"{Say("pages.reason")}: [{reason.Word}]({up}reasons.md#{reason.Word})");
    }

    private void WriteSource(StringBuilder page, string? source)
    {
        if (source is not null)
            page.AppendLine().AppendLine($"{Say("pages.source")}: {source}");
    }

    private static string Form(ReplyForm form) =>
        $"    {form.Code} {(form.Status is { } status ? status + " " : "")}{form.Text.Replace("\n", "\n    ", StringComparison.Ordinal)}";

    private string Parties(Actors actors)
    {
        var all = Advice.Parties.Where(party => actors.HasFlag(party)).Select(party => texts.Party(party, AdviceVoice.Page)).ToList();
        return all.Count == 0 ? texts.Party(Actors.Nobody, AdviceVoice.Page) : string.Join(", ", all);
    }

    private string Say(string key) => texts.Say(key);

    private static string Finish(StringBuilder page) => page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
}
