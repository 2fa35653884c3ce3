using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Explain.MailLog;

/// <summary>Lines of Sendmail: <c>to=&lt;a@b&gt;, ..., dsn=5.1.1, stat=User unknown</c> and <c>ruleset=check_rcpt, ..., reject=550 5.7.1
/// ...</c>.</summary>
internal static class SendmailLog
{
    public static Observation? Read(LogLine line)
    {
        if (line.Has("reject=") && (line.Has("ruleset=") || line.Has("arg1=") || line.Has("Milter") || line.Has("milter=")))
        {
            var refused = new Observation
            {
                Recipient = line.Has("check_rcpt") ? line.AddressIn("arg1=")
                : line.AddressIn("to="),
                Stage = line.Has("check_rcpt") ? Stage.RcptTo : line.Has("check_mail") ? Stage.MailFrom : null
            };
            refused.Add(line.After("reject="), Nearness.Reply);
            return refused;
        }

        if (!line.Has("stat=") || line.Has("stat=\"") || !(
            line.Has("to=") || line.Has("dsn=") || line.Has("mailer=") || line.Has("delay=")))
            return null;
        var words = line.After("stat=");
        var observation = new Observation
        {
            Recipient = line.AddressIn("to=") ?? line.AddressIn("ctladdr="),
            RemoteHost = line.Value("relay=") is { IsEmpty: false } relay && relay.Contains('.') ? relay.TrimEnd('.').ToString() : null,
            Action = words.Text.StartsWith("Sent", StringComparison.OrdinalIgnoreCase) ? DeliveryAction.Delivered
                : words.Text.StartsWith("Deferred", StringComparison.OrdinalIgnoreCase)
                || words.Text.StartsWith("queued", StringComparison.OrdinalIgnoreCase) ? DeliveryAction.Delayed
                : DeliveryAction.Failed,
        };
        observation.Add(words, Nearness.Reply);
        if (line.Has("reply="))
            observation.Add(line.Between("reply=", ", stat="), Nearness.Reply);
        LogReader.AddStatus(observation, line, "dsn=");
        return observation;
    }
}
