using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Explain.MailLog;

/// <summary>
/// Lines of Postfix: deliveries (<c>status=bounced (...)</c>), refusals (<c>reject: RCPT from ...</c>), connections that failed.
/// </summary>
internal static class PostfixLog
{
    private static readonly string[] Broken =
    [
        "lost connection with", "lost connection after", "SSL_accept error", "SSL_connect error", "timeout after", "too many errors after",
            "connect to ", "conversation with ", "disconnect from", "Cannot start TLS", "Untrusted TLS", "SASL",
            "improper command pipelining", "TLS is required", "hostname ", "numeric hostname", "non-SMTP command",
        "PREGREET ", "COMMAND PIPELINING", "COMMAND TIME LIMIT", "BARE NEWLINE", "fatal: ",
    ];

    public static Observation? Read(LogLine line) =>
        ReadDelivery(line) ?? ReadExpiry(line) ?? ReadRefusal(line) ?? ReadSaid(line) ?? ReadBroken(line);

    /// <summary>
    /// <c>to=&lt;a@b&gt;, relay=mx[1.2.3.4]:25, dsn=5.1.1, status=bounced (host mx said: 550 ... (in reply to RCPT TO command))</c>
    /// </summary>
    private static Observation? ReadDelivery(LogLine line)
    {
        int status = line.Text.IndexOf("status=", StringComparison.Ordinal);
        if (status < 0 || !line.Has("to=<") || !(line.Has("relay=") || line.Has("dsn=")))
            return null;
        var observation = new Observation
        {
            Recipient = line.AddressIn("to=<"),
            RemoteHost = Relay(line.Value("relay=")),
            Action = line.Value("status=") switch
            {
                "bounced" or "expired" or "undeliverable" => DeliveryAction.Failed,
                "deferred" or "SOFTBOUNCE" => DeliveryAction.Delayed,
                "sent" or "deliverable" => DeliveryAction.Delivered,
                _ => DeliveryAction.Unknown,
            },
        };
        int open = line.Text[status..].IndexOf('(');
        if (open >= 0)
            observation.Add(line.Words(status + open + 1, line.Text[^1] == ')' ? line.Text.Length - 1 : line.Text.Length), Nearness.Reply);
        LogReader.AddStatus(observation, line, "dsn=");
        return observation;
    }

    /// <summary><c>from=&lt;a@b&gt;, status=expired, returned to sender</c>: for every recipient still open.</summary>
    private static Observation? ReadExpiry(LogLine line)
    {
        int status = line.Text.IndexOf("status=expired, ", StringComparison.Ordinal);
        if (status < 0 || !line.Has("from=<"))
            return null;
        var observation = new Observation { Sender = line.AddressIn("from=<"), Action = DeliveryAction.Failed };
        observation.Add(line.Words(status, line.Text.Length), Nearness.Reporter);
        return observation;
    }

    /// <summary>
    /// <c>NOQUEUE: reject: RCPT from host[1.2.3.4]: 550 5.1.1 ...; from=&lt;&gt; to=&lt;&gt; proto=ESMTP helo=&lt;&gt;</c>
    /// </summary>
    private static Observation? ReadRefusal(LogLine line)
    {
        int at = -1;
        foreach (
            string mark in (ReadOnlySpan<string>)[
                "reject: ", "reject_warning: ", "proxy-reject: ", "milter-reject: ", "hold: ", "discard: ", "proxy-accept: ", "warn: "])
            if (at < 0 && line.Text.IndexOf(mark, StringComparison.Ordinal) is var found and >= 0)
                at = found + mark.Length;
        if (at < 0)
            return null;

        var rest = line.Text[at..];
        int colon = rest.IndexOf("]: ");
        int from = colon >= 0 && colon < 200 ? colon + 3 : rest.IndexOf(": ") + 2;
        if (colon >= 0 && rest[(colon + 2)..].IndexOf(": ") is var port and >= 0 and < 2)
            from = colon + 2 + port + 2;

        // postscreen writes the port behind the address: "[1.2.3.4]:2413: 550 ...".
        int bracket = rest.IndexOf("]:");
        if (bracket >= 0 && bracket < 120 && bracket + 2 < rest.Length && char.IsAsciiDigit(rest[bracket + 2])
            && rest[(bracket + 2)..].IndexOf(": ") is var after and >= 0 and < 8)
            from = bracket + 2 + after + 2;
        int end = rest[from..].IndexOf("; from=");
        if (end < 0)
            end = rest[from..].IndexOf("; to=");
        if (end < 0)
            end = rest[from..].IndexOf("; proto=");
        var observation = new Observation { Recipient = line.AddressIn("to=<"), Stage = Verb(rest) };
        if (line.Has("postscreen[") && rest[from..].StartsWith("450 4.3.2"))
        {
            // A client that comes back after the tests of a first visit is let in: said by postscreen only, in words of the list's E03.
            observation.Settled = Reason.Greylisted;
            observation.SettledAs = "postscreen-first-visit";
        }

        observation.Add(line.Words(at + from, end < 0 ? line.Text.Length : at + from + end), Nearness.Reply);
        return observation;
    }

    /// <summary><c>host mx[1.2.3.4] said: 450 ... (in reply to RCPT TO command)</c>, before the delivery's own line.</summary>
    private static Observation? ReadSaid(LogLine line)
    {
        int said = line.Text.IndexOf(" said: ", StringComparison.Ordinal);
        int length = 7;
        if (said < 0)
        {
            said = line.Text.IndexOf(" refused to talk to me: ", StringComparison.Ordinal);
            length = 24;
        }

        if (said < 0 || !line.Has("host "))
            return null;
        int host = line.Text.IndexOf("host ", StringComparison.Ordinal);
        var observation = new Observation { RemoteHost = Relay(line.Text[(host + 5)..said]) };
        observation.Add(line.Words(said + length, line.Text.Length), Nearness.Reply);
        return observation;
    }

    private static Observation? ReadBroken(LogLine line)
    {
        foreach (string words in Broken)
        {
            int at = line.Text.IndexOf(words, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var observation = new Observation { IsTentative = true };
            observation.Add(line.Words(at, line.Text.Length), Nearness.Reply);
            return observation;
        }

        return null;
    }

    /// <summary><c>RCPT from host[192.0.2.7]: ...</c>; null if no command is before the host.</summary>
    private static Stage? Verb(ReadOnlySpan<char> rest)
    {
        int from = rest.IndexOf(" from ");
        return from is not (> 0 and < 20) ? null : rest[..from] switch
        {
            "END-OF-MESSAGE" => Stage.Message,
            "CONNECT" => Stage.Greeting,
            var verb => StageNames.OfCommand(verb),
        };
    }

    private static string? Relay(ReadOnlySpan<char> relay)
    {
        int bracket = relay.IndexOf('[');
        if (bracket >= 0)
            relay = relay[..bracket];
        return relay.Contains('.') ? relay.Trim().ToString() : null;
    }
}
