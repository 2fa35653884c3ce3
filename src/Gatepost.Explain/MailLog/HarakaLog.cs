using Gatepost.Explain.Observations;

namespace Gatepost.Explain.MailLog;

/// <summary>Lines of Haraka: <c>[NOTICE] [UUID] [outbound] ...</c>, <c>hook=rcpt ... retval=DENY msg="..."</c>, Remote end
/// <c>sent</c>.</summary>
internal static class HarakaLog
{
    public static Observation? Read(LogLine line)
    {
        bool outbound = line.Has("[outbound]") || line.Has("[hmail]");
        bool hook = line.Has("retval=DENY") || line.Has("hook=");
        if (!outbound && !hook && !line.Has("[core]"))
            return null;

        var observation = new Observation
        {
            Recipient = line.AddressIn("recipient=") ?? line.AddressIn("rcpt=") ?? line.AddressIn("to=<") ?? line.AddressIn("rcpt_to=")
                ?? line.AddressIn("RCPT TO:<"),
            RemoteHost = line.Value("host=") is { IsEmpty: false } host && host.Contains('.') ? host.ToString() : null,
            Action = line.Has("delivered") ? DeliveryAction.Delivered : line.Has("bounced") || line.Has("bounce") || line.Has("DENY\"")
                ? DeliveryAction.Failed : line.Has("deferred") || line.Has("temp") || line.Has("Temp") ? DeliveryAction.Delayed
                : DeliveryAction.Unknown,
        };
        foreach (string mark in (ReadOnlySpan<string>)["response=\"", "msg=\"", "reason=\"", "error=\"", "message=\"", "response='"])
            if (observation.Candidates.Count == 0 && line.Has(mark))
                observation.Add(line.Between(mark, mark[^1..]), Nearness.Reply);
        foreach (
            string mark in (ReadOnlySpan<string>)["Remote end sent: ", "> rejected: ", "recipients: ", "response: ", "bounced: ",
                "deferred: ", "failed: ", "error: ", "reason: ", "Failed to connect", "Connection "])
            if (observation.Candidates.Count == 0 && line.Has(mark))
                observation.Add(line.After(mark), Nearness.Reply);
        if (observation.Candidates.Count == 0 && line.Text.LastIndexOf("] ", StringComparison.Ordinal) is var last and >= 0)
            observation.Add(line.Words(last + 2, line.Text.Length), Nearness.Reply);
        return observation.Candidates.Count > 0 ? observation : null;
    }
}
