using Gatepost.Explain.Observations;

namespace Gatepost.Explain.MailLog;

/// <summary>Lines of OpenSMTPD: <c>mta delivery ... result="PermFail" stat="550 ..."</c>, <c>relay: TempFail for ..., stat=...</c>,
/// <c>failed-command ... result="550 ..."</c>.</summary>
internal static class OpenSmtpdLog
{
    public static Observation? Read(LogLine line)
    {
        bool failed = line.Has("PermFail"), waits = line.Has("TempFail"), ok = line.Has("result=\"Ok\"") || line.Has("delivery: Ok")
            || line.Has("relay: Ok");
        if (failed || waits || ok)
        {
            var observation = new Observation
            {
                Recipient = line.AddressIn("to=<") ?? line.AddressIn("rcpt=<"),
                RemoteHost = Host(line.Value("relay=")),
                Action = ok ? DeliveryAction.Delivered : failed ? DeliveryAction.Failed : DeliveryAction.Delayed,
            };
            observation.Add(line.Has("stat=\"") ? line.Between("stat=\"", "\"") : line.After("stat="), Nearness.Reply);
            return observation;
        }

        if (line.Has("failed-command") || line.Has("disconnected reason=") || line.Has("mta error reason=") || line.Has("Connection error")
            || line.Has("smtp-out: "))
        {
            var observation = new Observation { Recipient = line.AddressIn("RCPT TO:<") };
            foreach (string mark in (ReadOnlySpan<string>)["result=\"", "reason=\"", "reason=", "smtp-out: "])
                if (observation.Candidates.Count == 0 && line.Has(mark))
                    observation.Add(mark.EndsWith('"') ? line.Between(mark, "\"") : line.After(mark), Nearness.Reply);
            return observation.Candidates.Count > 0 ? observation : null;
        }

        return null;
    }

    private static string? Host(ReadOnlySpan<char> relay)
    {
        int open = relay.IndexOf('(');
        if (open > 0)
            relay = relay[..open];
        return relay.Contains('.') ? relay.Trim().ToString() : null;
    }
}
