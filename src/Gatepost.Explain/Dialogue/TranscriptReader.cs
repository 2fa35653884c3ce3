using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Dialogue;

/// <summary>Reads an SMTP dialogue: swaks, curl -v, telnet, Postfix and Exim session logs, smtplib, or <c>C:</c> and <c>S:</c>.</summary>
internal static class TranscriptReader
{
    private const int MaxReports = 500;

    private enum LineSpeaker
    {
        Neither,
        Client,
        Server,
    }

    private static readonly string[] ClientMarks = [
        "~> ", "-> ", "--> ", "=> ", "C: ", "C:", ">>> ", "In:  ", "In: ", "SMTP>> ", "send: '", "send: b'", "client: ", "> "];

    private static readonly string[] ServerMarks =
        ["<~* ", "<** ", "<~  ", "<~ ", "<-  ", "<- ", "<-- ", "<= ", "S: ", "S:", "<<< ", "Out: ", "SMTP<< ", "reply: b'", "reply: '",
            "server: ", "< "];

    private static readonly string[] Verbs = [
        "EHLO ", "HELO ", "LHLO ", "MAIL FROM", "RCPT TO", "DATA", "BDAT ", "STARTTLS", "AUTH ", "QUIT", "RSET", "VRFY ", "EXPN ", "NOOP"];

    /// <summary>At least one command, and at least one reply.</summary>
    public static bool Recognises(SourceText passage)
    {
        int commands = 0, replies = 0, others = 0;
        for (int line = 0; line < Math.Min(passage.Lines, 200); line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                continue;
            switch (VoiceOf(text, out var words))
            {
                case LineSpeaker.Client when IsVerb(words):
                    commands++;
                    break;
                case LineSpeaker.Server when IsReply(words):
                    replies++;
                    break;
                default:
                    others++;
                    break;
            }
        }

        return commands > 0 && replies > 0 && (commands + replies) * 4 >= others;
    }

    public static List<Observation> Read(SourceText passage)
    {
        var observations = new List<Observation>();
        string? recipient = null, host = null;
        Stage? stage = Stage.Greeting;
        bool refused = false;
        for (int line = 0; line < passage.Lines && observations.Count < MaxReports; line++)
        {
            var voice = VoiceOf(passage.Line(line), out var words);
            if (voice == LineSpeaker.Client && IsVerb(words))
            {
                stage = StageNames.OfCommand(words);
                recipient = stage == Stage.RcptTo ? Address.First(words) : stage is Stage.MailFrom or Stage.Hello ? null : recipient;
                continue;
            }

            host ??= HostOf(passage.Line(line));
            if (voice != LineSpeaker.Server || !IsReply(words))
                continue;
            int last = LastLine(passage, line, words);
            int code = ((words[0] - '0') * 100) + ((words[1] - '0') * 10) + words[2] - '0';
            if (code >= 400 && !(refused && code is 503 or 554 && stage is Stage.Data && recipient is null))
            {
                observations.Add(Observe(passage, line, last, recipient, host, stage));
                refused = true;
            }

            if (stage == Stage.RcptTo && code >= 400)
                recipient = null;
            if (code == 354)
                stage = Stage.Message;
            line = last;
        }

        if (observations.Count == 0 && Outcome(passage) is { } outcome)
            observations.Add(outcome);
        return observations;
    }

    private static Observation Observe(SourceText passage, int line, int last, string? recipient, string? host, Stage? stage)
    {
        var stretches = new List<(int, int)>();
        for (int i = line; i <= last; i++)
        {
            var text = passage.Line(i);
            VoiceOf(text, out var words);
            int start = passage.StartOfLine(i) + text.Length - words.Length;
            stretches.Add((start, passage.StartOfLine(i) + text.Length));
        }

        // A dialogue by hand or by a test program: there is no queue behind it. Postfix and Exim write theirs with marks of their own.
        bool byServer = passage.Line(line).TrimStart() is var mark && (mark.StartsWith("Out: ") || mark.StartsWith("SMTP<<"));
        var observation = new Observation { Recipient = recipient, RemoteHost = host, Stage = stage, IsProgram = !byServer };
        observation.Add(Excerpt.Join(passage, stretches.ToArray()), Nearness.Reply);
        return observation;
    }

    /// <summary>No refusal: either the last reply accepted it, or the connection ended in words of the client program.</summary>
    private static Observation? Outcome(SourceText passage)
    {
        // What the client program itself complains about first is the cause; that it hung up afterwards is not.
        for (int line = 0; line < passage.Lines; line++)
            if (passage.Line(line).TrimStart().StartsWith("*** "))
            {
                var complaint = new Observation { IsProgram = true };
                complaint.Add(Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + passage.Line(line).Length),
                    Nearness.Reply);
                return complaint;
            }

        for (int line = passage.Lines - 1; line >= 0; line--)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                continue;
            var voice = VoiceOf(text, out var words);
            if (voice == LineSpeaker.Client || (voice == LineSpeaker.Server && words.StartsWith("221")))
                continue;
            var observation = new Observation();
            if (voice == LineSpeaker.Server && words.StartsWith("250"))
                observation.Action = DeliveryAction.Delivered;
            observation.Add(Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + text.Length), Nearness.Reply);
            return observation;
        }

        return null;
    }

    private static int LastLine(SourceText passage, int line, ReadOnlySpan<char> words)
    {
        int last = line;
        while (words.Length > 3 && words[3] == '-' && last + 1 < passage.Lines && last - line < 100)
        {
            var voice = VoiceOf(passage.Line(last + 1), out var next);
            if (voice != LineSpeaker.Server || !next.StartsWith(words[..3]))
                break;
            words = next;
            last++;
        }

        return last;
    }

    private static LineSpeaker VoiceOf(ReadOnlySpan<char> line, out ReadOnlySpan<char> words)
    {
        words = WithoutPrefix(line.TrimStart());
        foreach (string mark in ServerMarks)
            if (words.StartsWith(mark, StringComparison.Ordinal))
                return After(mark, LineSpeaker.Server, ref words);
        foreach (string mark in ClientMarks)
            if (words.StartsWith(mark, StringComparison.Ordinal))
                return After(mark, LineSpeaker.Client, ref words);
        return IsVerb(words) ? LineSpeaker.Client : IsReply(words) ? LineSpeaker.Server : LineSpeaker.Neither;

        static LineSpeaker After(string mark, LineSpeaker voice, ref ReadOnlySpan<char> words)
        {
            words = words[mark.Length..].TrimStart();
            return voice;
        }
    }

    /// <summary>Without what programs put before each line: process numbers, times in brackets, the name of the channel.</summary>
    private static ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> line)
    {
        foreach (string mark in (ReadOnlySpan<string>)["SMTP<< ", "SMTP>> "])
            if (line.IndexOf(mark, StringComparison.Ordinal) is var at and > 0 and < 24)
                return line[at..];
        if (line is not ['[', ..])
            return line;
        foreach (string mark in (ReadOnlySpan<string>)[": < ", ": > "])
            if (line.IndexOf(mark, StringComparison.Ordinal) is var at and > 0 and < 80)
                return line[(at + 2)..];
        return line;
    }

    internal static bool IsReply(ReadOnlySpan<char> words) =>
        words.Length >= 3 && words[0] is >= '2' and <= '5' && char.IsAsciiDigit(words[1]) && char.IsAsciiDigit(words[2])
            && (words.Length == 3 || words[3] is ' ' or '-');

    internal static bool IsVerb(ReadOnlySpan<char> words)
    {
        foreach (string verb in Verbs)
            if (words.StartsWith(verb, StringComparison.OrdinalIgnoreCase)
                && (verb[^1] == ' ' || words.Length == verb.Length || !char.IsLetter(words[verb.Length])))
                return true;
        return false;
    }

    /// <summary><c>=== Trying mx.example.org:25...</c>, <c>* Connected to mx.example.org</c></summary>
    private static string? HostOf(ReadOnlySpan<char> line)
    {
        foreach (string before in (ReadOnlySpan<string>)["Trying ", "Connected to ", "connect to host "])
        {
            int at = line.IndexOf(before, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var host = line[(at + before.Length)..];
            int end = host.IndexOfAnyExcept(HostCharacters);
            host = (end < 0 ? host : host[..end]).TrimEnd('.');
            if (host.Contains('.'))
                return host.ToString();
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> HostCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
}
