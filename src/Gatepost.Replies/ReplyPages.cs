using System.Text;

namespace Gatepost.Replies;

/// <summary>The catalogue as Markdown pages, one file a subject with one heading an entry.</summary>
/// <remarks>
/// One file for each of a thousand entries could be neither read in one go nor reviewed in a change; a heading is as good an address
/// (<c>our-replies.md#relay-denied</c>).
/// </remarks>
public sealed class ReplyPages
{
    private readonly ReplyDatabase knowledge;
    private readonly Language language;

    private ReplyPages(ReplyDatabase knowledge, Language language) => (this.knowledge, this.language) = (knowledge, language);

    /// <summary>Every page: its path below the folder, with <c>/</c>, and its text with LF.</summary>
    public static IEnumerable<(string Path, string Text)> All(ReplyDatabase knowledge)
    {
        foreach (var language in Languages.All)
        {
            string folder = language == Language.English ? "" : language.Code() + "/";
            foreach (var (path, text) in new ReplyPages(knowledge, language).Write())
                yield return (folder + path, text);
        }
    }

    private IEnumerable<(string Path, string Text)> Write()
    {
        yield return ("README.md", Index());
        yield return ("reasons.md", Page(Say("Reasons", "Причины"), Say("Why mail is refused, delayed or returned: one word for every cause.", "Почему почту отклоняют, задерживают или возвращают: по слову на каждую причину."), Reason.All, WriteReason));
        yield return ("our-replies.md", Page(Say("Our own replies", "Собственные ответы"), Say("What Gatepost says to other servers, and what its own client notes when no server spoke.", "Что Gatepost отвечает другим серверам и что отмечает его клиент, когда ни один сервер не говорил."), OurReplies.All, WriteOwn));
        yield return ("codes.md", Page(Say("Basic codes", "Основные коды"), Say("Three digits: what is left to say when the text says nothing.", "Три цифры: что остаётся сказать, когда текст не говорит ничего."), BasicCodes.All.Concat(BasicCodes.Classes), WriteCode));
        yield return ("statuses.md", Page(Say("Enhanced statuses", "Расширенные коды состояния"), Say("Three numbers with dots: nearer to the cause than the basic code, further from it than the text.", "Три числа через точку: ближе к причине, чем основной код, и дальше от неё, чем текст."), StatusCodes.All.Concat(StatusCodes.Subjects), WriteStatus));
        foreach (var dialect in Providers())
            yield return (PathOf(dialect), Page(TitleOf(dialect), dialect.HelpUrl is { } help ? $"<{help}>" : "", dialect.Entries.Where(entry => !entry.IsGeneral), WriteDialect));
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
        page.Append("# ").AppendLine(Say("What replies mean", "Что означают ответы")).AppendLine();
        page.AppendLine(Say(
            "Written by `gatepost manual replies` from the catalogue; change the data, not these pages. A reply is read in this order: our own text, a provider's known wording, words that mean the same everywhere, the enhanced status, the basic code.",
            "Страницы пишет `gatepost manual replies` по каталогу; меняйте данные, а не эти страницы. Ответ читается в таком порядке: собственный текст, известная формулировка службы, слова, которые везде значат одно и то же, расширенный код, основной код."));
        page.AppendLine();
        foreach (var (path, title) in (ReadOnlySpan<(string, string)>)
            [("reasons.md", Say("Reasons", "Причины")), ("our-replies.md", Say("Our own replies", "Собственные ответы")), ("codes.md", Say("Basic codes", "Основные коды")), ("statuses.md", Say("Enhanced statuses", "Расширенные коды состояния"))])
            page.AppendLine($"- [{title}]({path})");
        page.AppendLine().Append("## ").AppendLine(Say("What others say", "Что говорят другие")).AppendLine();
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
            page.AppendLine().AppendLine(Say("As the standards ask:", "Как просят стандарты:")).AppendLine().AppendLine(Form(entry.Modern));
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
        if (Explanation.Parties.Any(party => words.For(party).Count > 0))
            page.AppendLine();
        foreach (var party in Explanation.Parties)
        {
            foreach (string step in words.For(party))
                page.Append("- ").Append(Party(party)).Append(": ").AppendLine(step);
        }

        if (reason is not null)
            WriteReasonLink(page, reason, up);
        if (actors != Actors.Nobody || retry != Retry.No)
            page.AppendLine().AppendLine($"{Say("Can act", "Может помочь")}: {Parties(actors)}. {Say("Again", "Повтор")}: {Again(retry)}.");
    }

    private void WriteReasonLink(StringBuilder page, Reason? reason, string up)
    {
        if (reason is not null)
            page.AppendLine().AppendLine($"{Say("Reason", "Причина")}: [{reason.Word}]({up}reasons.md#{reason.Word})");
    }

    private void WriteSource(StringBuilder page, string? source)
    {
        if (source is not null)
            page.AppendLine().AppendLine($"{Say("Source", "Источник")}: {source}");
    }

    private static string Form(ReplyForm form) => $"    {form.Code} {(form.Status is { } status ? status + " " : "")}{form.Text.Replace("\n", "\n    ", StringComparison.Ordinal)}";

    private string Parties(Actors actors)
    {
        var all = Explanation.Parties.Where(party => actors.HasFlag(party)).Select(Party).ToList();
        return all.Count == 0 ? Say("nobody, wait", "никто, ждите") : string.Join(", ", all);
    }

    private string Party(Actors party) => party switch
    {
        Actors.Sender => Say("sender", "отправитель"),
        Actors.SenderAdmin => Say("sender's administrator", "администратор отправителя"),
        Actors.AddressOwner => Say("owner of the IP address", "владелец IP-адреса"),
        Actors.Recipient => Say("recipient", "получатель"),
        _ => Say("recipient's administrator", "администратор получателя"),
    };

    private string Again(Retry retry) => retry switch
    {
        Retry.Automatic => Say("by itself", "сам собой"),
        Retry.Later => Say("later", "позже"),
        Retry.AfterChange => Say("after a change", "после исправления"),
        Retry.InParts => Say("in smaller parts", "меньшими частями"),
        _ => Say("does not help", "не поможет"),
    };

    private string Say(string english, string russian) => language == Language.Russian ? russian : english;

    private static string Finish(StringBuilder page) => page.ToString().ReplaceLineEndings("\n").TrimEnd() + "\n";
}
