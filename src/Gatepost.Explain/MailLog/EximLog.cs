using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.MailLog;

/// <summary>
/// Lines of Exim: <c>** address R=... T=...: cause</c>, <c>== address ... defer (-44): cause</c>, <c>rejected RCPT &lt;address&gt;:
/// cause</c>.
/// </summary>
internal static class EximLog
{
    public static Observation? Read(LogLine line)
    {
        if (Flag(line, " ** ") is var failed and >= 0)
            return Delivery(line, failed, DeliveryAction.Failed);
        if (Flag(line, " == ") is var deferred and >= 0)
            return Delivery(line, deferred, DeliveryAction.Delayed);
        if ((Flag(line, " => ") is var sent and >= 0 || Flag(line, " -> ") is var again and >= 0) && (line.Has("T=") || line.Has("R=")))
            return Sent(line);

        int rejected = line.Text.IndexOf("rejected ", StringComparison.Ordinal);
        if (rejected >= 0 && (line.Has("H=") || line.Has("F=<")))
        {
            int colon = line.Text[rejected..].IndexOf(": ");
            var observation = new Observation
            {
                Recipient = line.AddressIn("rejected RCPT <"),
                Action = line.Has("temporarily rejected") ? DeliveryAction.Delayed : DeliveryAction.Unknown,
                Stage = line.Has("rejected RCPT") ? Stage.RcptTo : null
            };
            observation.Add(line.Words(colon < 0 ? rejected : rejected + colon + 2, line.Text.Length), Nearness.Reply);
            observation.Add(line.Words(rejected, line.Text.Length), Nearness.AboutRecipient);
            return observation;
        }

        foreach (
            string mark in (ReadOnlySpan<string>)[
                "SMTP error from remote", "SMTP timeout", "no host name found for IP address", "SMTP connection from",
                "SMTP protocol synchronization error", "TLS error on connection", "unexpected disconnection", "Message is frozen",
                "Frozen (", "retry timeout exceeded", "sender verify fail", "DKIM: d=",
                "authenticator failed"])
            if (line.Text.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0)
            {
                var observation = new Observation { IsTentative = true };
                observation.Add(line.Words(at, line.Text.Length), Nearness.Reply);
                return observation;
            }

        return null;
    }

    /// <summary>The flag follows date, time and message id.</summary>
    private static int Flag(LogLine line, string flag)
    {
        int at = line.Text.IndexOf(flag, StringComparison.Ordinal);
        return at is >= 0 and < 90 && (line.Has("R=") || line.Has("T=") || line.Has("defer") || line.Text[(at + 4)..].IndexOf(": ") > 0)
            ? at : -1;
    }

    private static Observation Delivery(LogLine line, int at, DeliveryAction action)
    {
        var rest = line.Text[at..];
        var observation = new Observation { Recipient = Address.First(rest[..Math.Min(rest.Length, 400)]), Action = action };
        if (observation.Recipient is not null && rest.IndexOf("<") is var open and >= 0 && rest.IndexOf("R=") is var router and > 0
            && open < router)
            observation.Recipient = Address.First(rest[open..router]) ?? observation.Recipient;
        int defer = rest.IndexOf("): ");
        int cause = rest.IndexOf("defer (") is >= 0 && defer >= 0 ? defer + 3 : rest.IndexOf(": ") + 2;
        observation.Add(line.Words(at + Math.Max(cause, 0), line.Text.Length), Nearness.Reply);
        return observation;
    }

    private static Observation Sent(LogLine line)
    {
        var observation = new Observation { Recipient = Address.First(line.Text), Action = DeliveryAction.Delivered };
        if (line.Between("C=\"", "\"") is { IsEmpty: false } confirmation)
            observation.Add(confirmation, Nearness.Reply);
        else
            observation.Add(line.Words(0, line.Text.Length), Nearness.Reply);
        return observation;
    }
}
