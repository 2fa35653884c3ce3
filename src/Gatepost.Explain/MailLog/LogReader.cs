using System.Text.RegularExpressions;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.MailLog;

/// <summary>Reads mail logs line by line, whatever server wrote each line.</summary>
internal static partial class LogReader
{
    private const int MaxReports = 10_000;

    /// <summary>Is this text lines of a log? One of the first lines has to look so.</summary>
    public static bool Recognises(SourceText passage)
    {
        var unwrapped = JsonLog.Unwrap(passage);
        bool inside = !ReferenceEquals(unwrapped, passage);
        passage = unwrapped;
        for (int line = 0, looked = 0; line < passage.Lines && looked < 20; line++)
        {
            var text = passage.Line(line).Trim();
            if (text.IsEmpty)
                continue;
            looked++;
            if (LooksLikeLog(text) || (inside && ServiceLog.IsWrittenBy(text)))
                return true;
        }

        return false;
    }

    /// <param name="passage">The lines.</param>
    /// <param name="deliveries">True for a part of a log: what was delivered is told too, because it may end the story of another
    /// part.</param>
    public static List<Observation> Read(SourceText passage, bool deliveries = false)
    {
        var unwrapped = JsonLog.Unwrap(passage);
        passage = ReferenceEquals(unwrapped, passage) ? Unfold(passage) : unwrapped;
        var stories = new QueueStories();
        var started = new Dictionary<int, string>();
        for (int line = 0; line < passage.Lines && stories.Count < MaxReports; line++)
            if (ReadLine(passage, line, started) is { } observation)
                stories.Add(QueueIdOf(passage.Line(line)), observation);

        // Of a whole log the failures are wanted; of a single line what it says.
        var observations = stories.Told;
        if (!deliveries && passage.Lines > 2 && observations.Exists(
            found => found.Action != DeliveryAction.Delivered && !found.IsTentative))
            observations.RemoveAll(found => found.Action == DeliveryAction.Delivered);
        return observations;
    }

    public static Observation? ReadLine(SourceText passage, int number, Dictionary<int, string>? started = null)
    {
        var text = passage.Line(number);
        if (text.IsWhiteSpace() || text.Length > 32 * 1024)
            return null;
        int blank = text.Length - text.TrimStart().Length;
        var line = new LogLine(passage, passage.StartOfLine(number) + blank, text[blank..]);
        var observation = OpenSmtpdLog.Read(line) ?? SendmailLog.Read(line) ?? QmailLog.Read(line, started) ?? HarakaLog.Read(line)
            ?? EximLog.Read(line)
            ?? (line.Has("status=") ? null : ServiceLog.Read(line)) ?? PostfixLog.Read(line);
        if (observation is not null)
            observation.Time = TimeOf(line.Text);
        return observation;
    }

    public static bool LooksLikeLog(ReadOnlySpan<char> line)
    {
        foreach (string mark in (ReadOnlySpan<string>)[
            "status=bounced", "status=deferred", "status=sent", "status=expired", "status=undeliverable", "NOQUEUE: ", "reject: ",
                "reject_warning: ", "-reject: ", ", stat=",
            "reject=5", "reject=4", "ruleset=check", "result=\"PermFail\"", "result=\"TempFail\"", "result=\"Ok\"", "PermFail for",
                "TempFail for",
            ": failure: ", ": deferral: ", "[outbound]", "retval=DENY", " R=", "rejected RCPT", "rejected after DATA",
                "rejected by local_scan", "lost connection after", "lost connection with",
            "SSL_accept error", "SASL PLAIN authentication", "SASL LOGIN authentication", "starting delivery ", "failed-command", "[core]",
                "(queue.", "(delivery."])
            if (line.Contains(mark, StringComparison.Ordinal))
                return true;
        return Prefix().IsMatch(line[..Math.Min(line.Length, 300)]);
    }

    /// <summary>The <c>dsn=</c> field: the status as the log gives it.</summary>
    public static void AddStatus(Observation observation, LogLine line, string name)
    {
        int at = line.Text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return;
        var words = line.Words(at + name.Length, Math.Min(line.Text.Length, at + name.Length + 12));
        var (status, found, length) = CodeFinder.NextStatus(words.Text, 0);
        if (found != 0)
            return;
        observation.FieldStatus = status;
        observation.FieldStatusWords = words.Slice(0, length);
    }

    /// <summary>A line that begins with blanks goes on with the one before it, as people wrap them in mails and tickets.</summary>
    private static SourceText Unfold(SourceText passage)
    {
        char[]? text = null;
        for (int line = 1; line < passage.Lines; line++)
        {
            if (passage.Line(line) is not ([' ', ..] or ['\t', ..]) || passage.Line(line - 1).IsWhiteSpace()
                || Prefix().IsMatch(passage.Line(line).Trim()))
                continue;
            text ??= passage.Text.ToCharArray();
            text[passage.StartOfLine(line) - 1] = ' ';
        }

        return text is null ? passage : passage.Respelled(new string(text));
    }

    /// <summary>
    /// The queue id behind the program's name (Postfix, Sendmail) or behind the time (Exim); null before there is a message.
    /// </summary>
    private static string? QueueIdOf(ReadOnlySpan<char> line)
    {
        foreach (var match in QueueId().EnumerateMatches(line[..Math.Min(line.Length, 300)]))
            return line.Slice(match.Index, match.Length).Trim(" :]") is var id && !id.SequenceEqual("NOQUEUE") ? id.ToString() : null;
        return null;
    }

    /// <summary>The time as written in the line; null if the line has none.</summary>
    private static string? TimeOf(ReadOnlySpan<char> line)
    {
        foreach (var match in Time().EnumerateMatches(line[..Math.Min(line.Length, 120)]))
            return line.Slice(match.Index, match.Length).ToString();
        return null;
    }

    // Each reads a few hundred characters at most. The generated code needs no preparation at run time, unlike one without backtracking,
    // which was a third of the start of every explain.

    /// <summary>Date, host and program of a syslog line of a mail server, or the queue id of one whose prefix was cut off.</summary>
    [GeneratedRegex(
        @"^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)"
            + @" \S.{0,200}(?:postfix|exim|sendmail|sm-mta|smtpd|qmail|haraka|opendkim|dovecot|rspamd|amavis"
            + @"|opendmarc|spamd|dma\[|postgrey)"
            + @"|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:\[\d+\] )?[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} "
            + @"|^[0-9A-F]{6,14}: |^@4[0-9a-f]{23} |^\[\d{1,2}/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d\] ")]
    private static partial Regex Prefix();

    [GeneratedRegex(
        @"\]: [0-9A-Za-z]{6,20}: |^[0-9A-F]{6,14}: | [0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} ")]
    private static partial Regex QueueId();

    [GeneratedRegex(
        @"[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d")]
    private static partial Regex Time();
}
