using System.Buffers;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Observations;

/// <summary>Reads from the words at which stage of the conversation they were said, and by which host.</summary>
internal static class Place
{
    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create("0123456789.");

    /// <summary><c>host mx.example.org[192.0.2.1] said:</c>, <c>... while talking to mx.example.org.:</c></summary>
    public static string? HostOf(Observation observation)
    {
        foreach (var candidate in observation.Candidates)
            foreach (string before in (ReadOnlySpan<string>)["host ", "talking to ", "connect to ", "Connected to ", "server "])
            {
                string text = candidate.Words.Text;
                int at = text.IndexOf(before, StringComparison.Ordinal);
                if (at < 0 || IsClient(text.AsSpan(0, at)))
                    continue;
                var host = text.AsSpan(at + before.Length);
                int end = 0;
                while (end < host.Length && (char.IsAsciiLetterOrDigit(host[end]) || host[end] is '.' or '-'))
                    end++;
                host = host[..end].TrimEnd('.');
                if (host.Contains('.') && end < 255
                    && (before.Contains("to ", StringComparison.Ordinal) || host.ContainsAnyExcept(DigitsAndDots)))
                    return host.ToString();
            }

        return null;
    }

    /// <summary>"Client host 192.0.2.1 blocked" names who was refused, not who spoke.</summary>
    private static bool IsClient(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd();
        foreach (string word in (ReadOnlySpan<string>)["client", "your", "sending", "the", "helo", "sender"])
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static readonly WordSet StageHints = new(
        "in reply to", "after ", "in RCPT TO", "refused to talk", ">>> ");

    private static readonly (string Words, Stage Stage)[] Stages =
    [
        ("in reply to RCPT", Stage.RcptTo), ("in reply to MAIL", Stage.MailFrom), ("in reply to end of DATA", Stage.Message),
            ("in reply to DATA", Stage.Data), ("in reply to EHLO", Stage.Hello), ("in reply to HELO", Stage.Hello),
        ("after RCPT TO", Stage.RcptTo), ("after MAIL FROM", Stage.MailFrom), ("after end of data", Stage.Message),
            ("after initial connection", Stage.Greeting), ("after EHLO", Stage.Hello), ("after pipelined", Stage.RcptTo),
        ("in RCPT TO", Stage.RcptTo), ("refused to talk to me", Stage.Greeting), (">>> RCPT", Stage.RcptTo), (">>> MAIL", Stage.MailFrom),
            (">>> DATA", Stage.Data),
    ];

    /// <summary>The command that was answered; null where it is not told.</summary>
    public static Stage? StageOf(Observation observation)
    {
        foreach (var candidate in observation.Candidates)
        {
            var text = candidate.Words.Text.AsSpan();
            if (candidate.Nearness == Nearness.Subject || StageHints.IndexIn(text) is not (var first and >= 0))
                continue;
            foreach (var (words, stage) in Stages)
                if (text[first..].Holds(words))
                    return stage;
        }

        return null;
    }
}
