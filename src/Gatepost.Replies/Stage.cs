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
    private static readonly string[] Names =
    [
        "connect", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "end of data", "greeting", "STARTTLS", "RSET", "QUIT", "dns", "local",
    ];

    /// <summary>The command's verb, or words in lower case where no command is meant.</summary>
    public static string Name(this Stage stage) => Names[(int)stage];

    /// <summary>The stage of that <see cref="Name"/>; null where there is none.</summary>
    public static Stage? Find(string? name)
    {
        int index = Array.IndexOf(Names, name);
        return index < 0 ? null : (Stage)index;
    }
}
