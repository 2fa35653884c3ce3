using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>
/// Prints events as a conversation: who spoke, what was said, which entry of the catalogue it is, and below each refusal why and what to
/// do.
/// </summary>
/// <param name="verbose">Whether the rules that objected to nothing are named too.</param>
/// <param name="oneRecord">Whether one refusal is printed without the conversation it is in.</param>
internal sealed class TraceFormatter(Terminal terminal, ReplyExplainer meanings, bool verbose = false, bool oneRecord = false)
    : ITraceOutput
{
    private const string Indent = "  ";

    /// <summary>Events held to be printed together.</summary>
    private const int MaxPage = 10_000;

    /// <summary>Where what belongs to a line continues: below its text.</summary>
    private static readonly string Below = new(' ', 26);

    private readonly HashSet<string> explained = [];
    private readonly List<JournalEvent> page = [];
    private readonly List<JournalEvent> waiting = [];
    private string? scene;
    private DateOnly day;

    private readonly Texts texts = meanings.Texts;

    /// <summary>
    /// Collected, and printed by <see cref="Pause"/>: sessions and attempts run side by side, people read one after the other.
    /// </summary>
    public void Add(JournalEvent happened)
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
            WriteWaiting();
        }

        page.Clear();
        terminal.Output.Flush();
    }

    public void Close()
    {
        Pause();
        if (!oneRecord || scene is not { Length: > 0 })
            return;
        terminal.WriteLine();
        terminal.WriteLine(texts.Say("trace.whole-conversation", ("key", scene)), Color.Grey);
    }

    /// <summary>What was judged or decided on a command is in the journal before the reply; people read it between the two.</summary>
    private void Show(JournalEvent happened)
    {
        switch (happened.Kind)
        {
            case JournalKind.Verdict or JournalKind.Accepted when happened is { Outbound: false, Session: not null }:
                waiting.Add(happened);
                break;
            case JournalKind.Connected:
                if (happened.Code is null)
                    Note(happened, TextOf(happened.Detail) ?? texts.Say("trace.connected"));
                else
                    WriteReply(happened);
                WriteSilent(happened.Facts);
                break;
            case JournalKind.Reply:
                WriteCommand(happened);
                WriteWaiting();
                WriteReply(happened);
                WriteSilent(happened.Facts);
                break;
            case JournalKind.Tls:
                WriteWaiting();
                if (happened.Reply is { } failed)
                    Note(happened, SafeText.Of(failed.Text));
                if (happened.Reply is null || happened.Detail is not null)
                    Note(happened, TextOf(happened.Detail) ?? "TLS");
                break;
            case JournalKind.Closed:
                WriteWaiting();
                Note(happened, TextOf(happened.Detail) ?? texts.Say("trace.closed"));
                break;
            default:
                WriteWaiting();
                WriteFate(happened);
                break;
        }
    }

    private void WriteWaiting()
    {
        foreach (var happened in waiting)
        {
            if (happened.Kind == JournalKind.Verdict)
                WriteVerdict(happened);
            else
                WriteFate(happened);
        }

        waiting.Clear();
    }

    private static string SceneOf(JournalEvent happened) => happened.Session ?? happened.QueueId ?? "";

    /// <summary>A heading whenever another session or attempt speaks; the peer's name may be learnt in its course.</summary>
    private void OpenScene(string now, IEnumerable<JournalEvent> conversation)
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
        string? address = conversation.Select(happened => happened.Peer?.ToString()).FirstOrDefault(known => known is not null);
        string peer = name is null ? address ?? "" : address is null ? SafeText.Of(name) : $"{SafeText.Of(name)} [{address}]";
        string heading = (first.Session, first.Outbound, first.QueueId) switch
        {
            (null, _, { } queued) => texts.Say("trace.in-queue", ("id", queued)),
            (null, _, null) => texts.Say("trace.server"),
            (_, true, _) => texts.Say(peer.Length == 0 ? "trace.attempt" : "trace.attempt-to", ("id", now), ("peer", peer)),
            _ => texts.Say(peer.Length == 0 ? "trace.session" : "trace.session-from", ("id", now), ("peer", peer)),
        };
        terminal.WriteLine(heading, Color.Aqua);
    }

    private void WriteCommand(JournalEvent happened)
    {
        if (happened.Command is { Length: > 0 } command)
            Line(happened.At, texts.Say(happened.Outbound ? "trace.we" : "trace.client"), SafeText.Of(command), null);
    }

    private void WriteReply(JournalEvent happened)
    {
        if (happened.Code is not { } code)
        {
            if (TextOf(happened.Detail) is { } detail)
                Note(happened, detail);
            return;
        }

        string who = !happened.Outbound ? texts.Say("trace.we") : code < 200 ? "-" : texts.Say("trace.they");
        string[] lines = (happened.Text ?? "").Split('\n');
        string status = happened.Status is null ? "" : happened.Status + " ";
        for (int i = 0; i < lines.Length; i++)
        {
            bool isLast = i == lines.Length - 1;
            Line(happened.At, who, $"{code}{(isLast ? ' ' : '-')}{status}{SafeText.Of(lines[i])}", isLast ? happened.Entry
                : null, ColourOf(code));
        }

        WriteMeaning(happened);
    }

    /// <summary>A refusal with all its evidence, one fact a line; of what passed one line a rule that had something to record.</summary>
    private void WriteVerdict(JournalEvent happened)
    {
        var facts = happened.Facts.Where(fact => !IsSilence(fact)).ToList();
        string why = SafeText.Of(TextOf(happened.Detail) ?? "");
        if (happened.Code is null && happened.VerdictId is null)
        {
            WritePassed(happened, why);
            WriteSilent(happened.Facts);
            return;
        }

        string key = happened.VerdictId is null ? "trace.why" : "trace.why-verdict";
        Line(null, texts.Say("trace.refused"), texts.Say(key, ("why", why), ("rule", happened.Rule), ("verdict", happened.VerdictId)), null,
            Color.Yellow);
        if (oneRecord && happened.Sender is not null)
            WriteFact(OurFacts.Sender.Is($"<{happened.Sender}>"));
        if (oneRecord && happened.Recipient is not null)
            WriteFact(OurFacts.Recipient.Is($"<{happened.Recipient}>"));
        foreach (var fact in facts)
            WriteFact(fact);
        WriteSilent(happened.Facts);
    }

    private void WriteFact(Fact fact) =>
        terminal.WriteWrapped(Below, "- ", SafeText.Of($"{fact.LabelIn(texts)}: {fact.ValueIn(texts)}"), Color.Grey);

    private void WritePassed(JournalEvent happened, string why)
    {
        string first = $"{Indent}{"",12}  {texts.Say("trace.passed"),8}  ";
        if (!happened.Facts.Any(fact => fact.Is(OurFacts.Rule)))
        {
            string seen = string.Concat(
                happened.Facts.Where(fact => !IsSilence(fact)).Select(fact => $"; {fact.LabelIn(texts)} {fact.ValueIn(texts)}"));
            terminal.WriteWrapped("", first, SafeText.Of($"{happened.Rule}: {why}{seen}"), Color.Grey);
            return;
        }

        var line = new System.Text.StringBuilder();
        foreach (var fact in happened.Facts.Where(fact => !IsSilence(fact)))
        {
            bool isRule = fact.Is(OurFacts.Rule);
            if (isRule && line.Length > 0)
                Flush();
            line.Append(line.Length == 0 ? "" : "; ").Append(fact.LabelIn(texts)).Append(isRule ? ": " : " ").Append(fact.ValueIn(texts));
        }

        Flush();

        void Flush()
        {
            terminal.WriteWrapped("", first, SafeText.Of(line.ToString()), Color.Grey);
            first = Below;
            line.Clear();
        }
    }

    private static bool IsSilence(Fact fact) => fact.Is(OurFacts.NoObjection) || fact.Is(OurFacts.NotAsked);

    private void WriteSilent(IReadOnlyList<Fact> facts)
    {
        if (!verbose)
            return;
        foreach (var fact in facts.Where(IsSilence))
            WriteFact(fact);
    }

    private void WriteFate(JournalEvent happened)
    {
        string to = happened.Recipient is null ? "" : $"<{SafeText.Of(happened.Recipient)}>";
        string what = happened.Kind switch
        {
            JournalKind.Accepted => texts.Say(
                to.Length == 0 ? "trace.accepted" : "trace.accepted-for",
                ("id", happened.QueueId),
                ("size", Size(happened)),
                ("sender", SafeText.Of(happened.Sender ?? "")),
                ("recipient", to)),
            JournalKind.Delivered => texts.Say("trace.delivered", ("recipient", to)),
            JournalKind.Deferred when happened.NextAttempt is { } next =>
                texts.Say("trace.waits-until", ("recipient", to), ("until", QueueTable.When(next))),
            JournalKind.Deferred => texts.Say("trace.waits", ("recipient", to)),
            JournalKind.Failed => texts.Say("trace.given-up", ("recipient", to)),
            JournalKind.Bounced => texts.Say("trace.reported", ("recipient", to)),
            JournalKind.QueueChanged => texts.Say("trace.queue-changed", ("recipient", to)),
            _ => "",
        };
        string detail = SafeText.Of(TextOf(happened.Detail) ?? "");
        Line(happened.At, "*", what.Length == 0 ? detail : detail.Length == 0 ? what : $"{what}: {detail}", null, happened.Kind switch
        {
            JournalKind.Accepted or JournalKind.Delivered => Color.Green,
            JournalKind.Deferred => Color.Yellow,
            JournalKind.Failed => Color.Red,
            _ => null,
        });
        if (happened.Kind is JournalKind.Deferred or JournalKind.Failed && happened.Code is not null
            && !explained.Contains(ReplyExplainer.MeaningKey(happened)))
            WriteReply(happened);
    }

    /// <summary>Each refusal is explained where it is first met.</summary>
    private void WriteMeaning(JournalEvent happened)
    {
        if (ReplyExplainer.NeedsMeaning(happened) && explained.Add(ReplyExplainer.MeaningKey(happened)))
            ExplanationPrinter.Write(terminal, Below, happened.Entry, meanings.Explain(happened)!, texts);
    }

    private void Note(JournalEvent happened, string text) => Line(happened.At, "*", SafeText.Of(text), null, Color.Grey);

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

    private string Size(JournalEvent happened) => happened.Size is { } size ? Quantity.Approximate(size) + ", " : "";

    private string? TextOf(Finding? finding) => finding?.In(texts);

    private static Color? ColourOf(int code) => (code / 100) switch
    {
        1 or 4 => Color.Yellow,
        5 => Color.Red,
        _ => null,
    };
}
