using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.MailLog;

/// <summary>Lines of the programs around a mail server: filters, signers, mailbox servers, small senders. What they mean, the catalogue
/// knows.</summary>
internal static class ServiceLog
{
    /// <summary>Names before the process number, or behind the time.</summary>
    private static readonly string[] Programs =
    [
        "amavis[", "amavisd[", "dovecot:", "dovecot[", "rspamd[", "rspamd_proxy", "opendkim[", "opendmarc[", "dma[", "spamd[",
            "clamsmtpd", "clamd[", "policyd-spf[", "postgrey[",
        "saslauthd[", "milter-greylist", "stalwart", "(queue.", "(delivery.", "(smtp.", "mailscanner[", "kerio", "(rspamd_",
            "postsrsd[", "sieve:", "lmtp(", "imap-login:", "pop3-login:", "submission-login:",
    ];

    /// <summary>An observation that only counts where the catalogue knows its words.</summary>
    public static Observation? Read(LogLine line)
    {
        int at = Start(line);
        if (at < 0)
            return null;
        var observation = new Observation { Recipient = Recipient(line), IsTentative = true };
        observation.Add(line.Words(at, line.Text.Length), Nearness.Reply);
        return observation;
    }

    /// <summary>Does the line begin with one of the programs' names, as in a journal that keeps date and host apart?</summary>
    public static bool IsWrittenBy(ReadOnlySpan<char> line)
    {
        foreach (string program in Programs)
            if (line.StartsWith(program, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>First character behind the program's name and number, or -1 where no such program wrote the line.</summary>
    private static int Start(LogLine line)
    {
        if (line.Text is ['[', ..] && line.Text.IndexOf("] ") is var bracket and > 15 and < 40
            && line.Text[1..bracket].ContainsAny('/', ':'))
            return bracket + 2;
        var head = line.Text[..Math.Min(line.Text.Length, 200)];
        foreach (string program in Programs)
        {
            int at = head.IndexOf(program, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                continue;
            // "ID: example.com fail" says nothing without the name of the program.
            if (program == "opendmarc[")
                return at;
            int colon = line.Text[at..].IndexOf(": ");
            return colon < 0 || colon > 80 ? at : at + colon + 2;
        }

        return -1;
    }

    private static string? Recipient(LogLine line)
    {
        int arrow = line.Text.IndexOf("-> <");
        if (arrow >= 0)
            return Address.First(line.Text[(arrow + 3)..]);
        foreach (string name in (ReadOnlySpan<string>)["to = [\"<", "to=<", "rcpts: <", "lmtp(", "rcpt=<"])
            if (line.AddressIn(name) is { } address)
                return address;
        return null;
    }
}
