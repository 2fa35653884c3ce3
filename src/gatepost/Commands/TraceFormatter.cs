using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>Tells events as a conversation: who spoke, what was said, which entry of the catalogue it is, and below each refusal why and what to do.</summary>
/// <param name="verbose">Whether the rules that objected to nothing are named too.</param>
/// <param name="oneRecord">Whether one refusal is told without the conversation it stands in.</param>
internal sealed class TraceFormatter(Terminal terminal, ReplyExplainer meanings, bool verbose = false, bool oneRecord = false) : ITraceOutput
{
    private const string Indent = "  ";

    /// <summary>Events held to be told together.</summary>
    private const int MaxPage = 10_000;

    /// <summary>Where what belongs to a line continues: below its text.</summary>
    private static readonly string Below = new(' ', 26);

    private readonly HashSet<string> explained = [];
    private readonly List<TraceEvent> page = [];
    private readonly List<TraceEvent> waiting = [];
    private string? scene;
    private DateOnly day;

    private bool Russian => meanings.Language == Language.Russian;

    /// <summary>Taken in and told by <see cref="Pause"/>: sessions and attempts run side by side, people read one after the other.</summary>
    public void Tell(TraceEvent happened)
    {
        page.Add(happened);
        if (page.Count >= MaxPage)
            Pause();
    }

    public void Pause()
    {
        foreach (var conversation in page.GroupBy(SceneOf))
        {
            OpenScene(conversation.Key, conversation);
            foreach (var happened in conversation)
                Show(happened);
            TellWaiting();
        }

        page.Clear();
        terminal.Output.Flush();
    }

    public void Close()
    {
        Pause();
        if (oneRecord && scene is { Length: > 0 })
            terminal.WriteLine(Say($"\nThe whole conversation: gatepost trace {scene}", $"\nВесь разговор: gatepost trace {scene}"), Color.Grey);
    }

    /// <summary>What was judged or decided on a command stands in the journal before the reply; people read it between the two.</summary>
    private void Show(TraceEvent happened)
    {
        switch (happened.Kind)
        {
            case JournalKind.Verdict or JournalKind.Accepted when happened is { Outbound: false, Session: not null }:
                waiting.Add(happened);
                break;
            case JournalKind.Connected:
                if (happened.Code is null)
                    Note(happened, happened.Detail ?? Say("connected", "соединение"));
                else
                    TellReply(happened);
                TellSilent(happened.Facts ?? []);
                break;
            case JournalKind.Reply:
                TellCommand(happened);
                TellWaiting();
                TellReply(happened);
                TellSilent(happened.Facts ?? []);
                break;
            case JournalKind.Tls:
                TellWaiting();
                Note(happened, happened.Detail ?? "TLS");
                break;
            case JournalKind.Closed:
                TellWaiting();
                Note(happened, happened.Detail ?? Say("connection closed", "соединение закрыто"));
                break;
            default:
                TellWaiting();
                TellFate(happened);
                break;
        }
    }

    private void TellWaiting()
    {
        foreach (var happened in waiting)
        {
            if (happened.Kind == JournalKind.Verdict)
                TellVerdict(happened);
            else
                TellFate(happened);
        }

        waiting.Clear();
    }

    private static string SceneOf(TraceEvent happened) => happened.Session ?? happened.QueueId ?? "";

    /// <summary>A heading whenever another session or attempt speaks; the peer's name may be learnt in its course.</summary>
    private void OpenScene(string now, IEnumerable<TraceEvent> conversation)
    {
        var first = conversation.First();
        var today = DateOnly.FromDateTime(first.At.LocalDateTime);
        if (now == scene && today == day)
            return;
        if (today != day)
            terminal.WriteLine($"{today:yyyy-MM-dd}", Color.Grey);
        (scene, day) = (now, today);
        terminal.WriteLine();

        string? name = conversation.Select(happened => happened.PeerName).FirstOrDefault(known => known is not null);
        string? address = conversation.Select(happened => happened.Peer).FirstOrDefault(known => known is not null);
        string peer = name is null ? address ?? "" : address is null ? Terminal.Clean(name) : $"{Terminal.Clean(name)} [{address}]";
        string heading = (first.Session, first.Outbound, first.QueueId) switch
        {
            (null, _, { } queued) => Say($"In the queue: {queued}", $"В очереди: {queued}"),
            (null, _, null) => Say("The server", "Сервер"),
            (_, true, _) => Say($"Attempt {now}{With(" to ", peer)}", $"Попытка {now}{With(" к ", peer)}"),
            _ => Say($"Session {now}{With(" from ", peer)}", $"Сеанс {now}{With(" от ", peer)}"),
        };
        terminal.WriteLine(heading, Color.Aqua);
    }

    private static string With(string word, string thing) => thing.Length == 0 ? "" : word + thing;

    private void TellCommand(TraceEvent happened)
    {
        if (happened.Command is { Length: > 0 } command)
            Line(happened.At, happened.Outbound ? Say("we", "мы") : Say("client", "клиент"), Terminal.Clean(command), null);
    }

    private void TellReply(TraceEvent happened)
    {
        if (happened.Code is not { } code)
        {
            if (happened.Detail is { } detail)
                Note(happened, detail);
            return;
        }

        string who = happened.Outbound ? code < 200 ? "-" : Say("they", "они") : Say("we", "мы");
        string[] lines = (happened.Text ?? "").Split('\n');
        string status = happened.Status is null ? "" : happened.Status + " ";
        for (int i = 0; i < lines.Length; i++)
            Line(happened.At, who, $"{code}{(i < lines.Length - 1 ? '-' : ' ')}{status}{Terminal.Clean(lines[i])}", i == lines.Length - 1 ? happened.Entry : null, ColourOf(code));
        TellMeaning(happened);
    }

    /// <summary>A refusal with all its evidence, one fact a line; of what passed one line a rule that had something to tell.</summary>
    private void TellVerdict(TraceEvent happened)
    {
        var facts = (happened.Facts ?? []).Where(fact => fact.Name != happened.Rule && !IsSilence(fact)).ToList();
        string why = Terminal.Clean(Told(happened.Detail ?? ""));
        if (happened.Code is null && happened.Verdict is null)
        {
            TellPassed(happened, why);
            TellSilent(happened.Facts ?? []);
            return;
        }

        Line(null, Say("refused", "отказ"), $"{why} ({Say("rule", "правило")} {happened.Rule}{(happened.Verdict is { } id ? ", " + id : "")})", null, Color.Yellow);
        if (oneRecord && happened.Sender is not null)
            terminal.WriteWrapped(Below, "- ", $"{Say("sender", "отправитель")}: <{Terminal.Clean(happened.Sender)}>", Color.Grey);
        if (oneRecord && happened.Recipient is not null)
            terminal.WriteWrapped(Below, "- ", $"{Say("recipient", "получатель")}: <{Terminal.Clean(happened.Recipient)}>", Color.Grey);
        foreach (var fact in facts)
            terminal.WriteWrapped(Below, "- ", $"{Told(fact.Name)}: {(IsSilence(fact) ? fact.Value : Told(fact.Value))}", Color.Grey);
        TellSilent(happened.Facts ?? []);
    }

    private void TellPassed(TraceEvent happened, string why)
    {
        string first = $"{Indent}{"",12}  {Say("passed", "проверка"),8}  ";
        if (happened.Facts?.Any(fact => IsRule(fact.Name)) != true)
        {
            string seen = string.Concat((happened.Facts ?? []).Where(fact => !IsSilence(fact)).Select(fact => $"; {Told(fact.Name)} {Told(fact.Value)}"));
            terminal.WriteWrapped("", first, Terminal.Clean($"{happened.Rule}: {why}{seen}"), Color.Grey);
            return;
        }

        var line = new System.Text.StringBuilder();
        foreach (var fact in happened.Facts.Where(fact => !IsSilence(fact)))
        {
            if (IsRule(fact.Name) && line.Length > 0)
                Flush();
            line.Append(line.Length == 0 ? "" : "; ").Append(IsRule(fact.Name) ? fact.Name + ":" : Told(fact.Name)).Append(' ').Append(Told(fact.Value));
        }

        Flush();

        void Flush()
        {
            terminal.WriteWrapped("", first, Terminal.Clean(line.ToString()), Color.Grey);
            first = Below;
            line.Clear();
        }
    }

    /// <summary>Names of rules are words joined by hyphens, names of facts are words with spaces.</summary>
    private static bool IsRule(string name) => name.Contains('-') && !name.Contains(' ') && name != "without-login";

    private static bool IsSilence(Fact fact) => fact.Name is Fact.NoObjection or Fact.NotAsked;

    private void TellSilent(IReadOnlyList<Fact> facts)
    {
        if (!verbose)
            return;
        foreach (var fact in facts.Where(IsSilence))
            terminal.WriteWrapped(Below, "- ", $"{Told(fact.Name)}: {(IsSilence(fact) ? fact.Value : Told(fact.Value))}", Color.Grey);
    }

    private void TellFate(TraceEvent happened)
    {
        string to = happened.Recipient is null ? "" : $"<{Terminal.Clean(happened.Recipient)}>";
        string what = happened.Kind switch
        {
            JournalKind.Accepted => Say(
                $"accepted as {happened.QueueId}: {Size(happened)}from <{Terminal.Clean(happened.Sender ?? "")}>{(to.Length == 0 ? "" : " to " + to)}",
                $"принято как {happened.QueueId}: {Size(happened)}от <{Terminal.Clean(happened.Sender ?? "")}>{(to.Length == 0 ? "" : " для " + to)}"),
            JournalKind.Delivered => Say($"delivered to {to}", $"доставлено {to}"),
            JournalKind.Deferred => Say($"{to} waits", $"{to} ждёт") + (happened.NextAttempt is { } next ? Say($" until {QueueTable.When(next)}", $" до {QueueTable.When(next)}") : ""),
            JournalKind.Failed => Say($"{to} given up", $"{to}: доставка прекращена"),
            JournalKind.Bounced => Say($"told the sender about {to}", $"отправителю сообщено о {to}"),
            JournalKind.QueueChanged => Say($"queue changed {to}", $"очередь изменена {to}"),
            _ => "",
        };
        string detail = happened.Detail is { } more ? Terminal.Clean(more) : "";
        Line(happened.At, "*", what.Length == 0 ? detail : detail.Length == 0 ? what : $"{what}: {detail}", null, happened.Kind switch
        {
            JournalKind.Accepted or JournalKind.Delivered => Color.Green,
            JournalKind.Deferred => Color.Yellow,
            JournalKind.Failed => Color.Red,
            _ => null,
        });
        if (happened.Kind is JournalKind.Deferred or JournalKind.Failed && happened.Code is not null && !explained.Contains(MeaningKey(happened)))
            TellReply(happened);
    }

    /// <summary>Each refusal is explained where it is first met.</summary>
    private void TellMeaning(TraceEvent happened)
    {
        if (!ReplyExplainer.NeedsMeaning(happened) || !explained.Add(MeaningKey(happened)))
            return;
        var explanation = meanings.Explain(happened.Entry, happened.Code!.Value, happened.Status, happened.Text ?? "", happened.PeerName, OutcomeOf(happened));
        ExplanationPrinter.Write(terminal, Below, happened.Entry, explanation, meanings.Language);
    }

    /// <summary>What the queue did with the message counts for more than the first digit of the reply.</summary>
    private static MessageOutcome? OutcomeOf(TraceEvent happened) => happened.Kind switch
    {
        JournalKind.Deferred => MessageOutcome.StillTrying,
        JournalKind.Failed => Advice.WhenOver(happened.Code, EnhancedStatus.TryParse(happened.Status ?? "", out var status) ? status : (EnhancedStatus?)null),
        _ => null,
    };

    private static string MeaningKey(TraceEvent happened) => $"{happened.Session} {happened.Entry} {happened.Code} {happened.Text}";

    private void Note(TraceEvent happened, string text) => Line(happened.At, "*", Terminal.Clean(text), null, Color.Grey);

    /// <param name="at">Null for what belongs to the line above.</param>
    private void Line(DateTimeOffset? at, string who, string text, string? entry, Color? colour = null)
    {
        string line = $"{Indent}{at?.LocalDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),12}  {who,8}  {text}";
        if (entry is not null)
            line = $"{line,-88}  {entry}";
        if (colour is { } wanted)
            terminal.WriteLine(line, wanted);
        else
            terminal.WriteLine(line);
    }

    private string Size(TraceEvent happened) => happened.Size is { } size ? Quantity.Approximate(size) + ", " : "";

    /// <summary>What a rule wrote, in the reader's language where it is one of its own sentences.</summary>
    private string Told(string written) => Russian ? EvidenceWords.Russian.Say(written) : written;

    private string Say(string english, string russian) => Russian ? russian : english;

    private static Color? ColourOf(int code) => (code / 100) switch
    {
        1 or 4 => Color.Yellow,
        5 => Color.Red,
        _ => null,
    };
}
