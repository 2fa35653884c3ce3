namespace Gatepost.Replies;

/// <summary>Where in an SMTP session something happened, in either direction.</summary>
/// <remarks>The journal keeps the numbers: new members go to the end.</remarks>
public enum Stage
{
    /// <summary>The connection itself.</summary>
    Connect,

    /// <summary>EHLO, HELO or LHLO.</summary>
    Hello,

    /// <summary>AUTH.</summary>
    Authenticate,

    MailFrom,

    RcptTo,

    /// <summary>DATA or BDAT, until the octets of the message begin.</summary>
    Data,

    /// <summary>The end of the data.</summary>
    Message,

    /// <summary>The first reply of the server, before any command.</summary>
    Greeting,

    StartTls,

    Reset,

    Quit,

    /// <summary>The search for the hosts of a destination.</summary>
    Dns,

    /// <summary>On this machine: a Maildir, the queue, a fault of ours.</summary>
    Local,
}

/// <summary>The one spelling of a <see cref="Stage"/> in the queue, the journal, the log, JSON and bounces.</summary>
public static class StageNames
{
    private const int LongestVerb = 8;

    private static readonly string[] Names =
    [
        "connect", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "end of data", "greeting", "STARTTLS", "RSET", "QUIT", "dns", "local",
    ];

    /// <summary>The command's verb, or words in lower case where no command is meant.</summary>
    public static string Name(this Stage stage) => Names[(int)stage];

    /// <summary>The stage of a command as a client sends it; null for none, and for one that belongs to no stage, such as NOOP.</summary>
    /// <param name="line">Its verb in any case, with or without what follows it.</param>
    public static Stage? OfCommand(ReadOnlySpan<char> line)
    {
        int end = line.IndexOfAny(' ', ':');
        Span<char> verb = stackalloc char[LongestVerb];
        var word = end < 0 ? line : line[..end];
        return word.Length is 0 or > LongestVerb ? null : verb[..word.ToUpperInvariant(verb)] switch
        {
            "EHLO" or "HELO" or "LHLO" => Stage.Hello,
            "AUTH" => Stage.Authenticate,
            "MAIL" => Stage.MailFrom,
            "RCPT" => Stage.RcptTo,
            "DATA" or "BDAT" => Stage.Data,
            "STARTTLS" => Stage.StartTls,
            "RSET" => Stage.Reset,
            "QUIT" => Stage.Quit,
            _ => null,
        };
    }

    /// <summary>The stage of that <see cref="Name"/>; null where there is none.</summary>
    public static Stage? Find(string? name)
    {
        int index = Array.IndexOf(Names, name);
        return index < 0 ? null : (Stage)index;
    }
}
