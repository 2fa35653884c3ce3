namespace Gatepost.Explain.Observations;

/// <summary>What a document was recognised as.</summary>
public enum DocumentKind
{
    /// <summary>Nothing that a mail system wrote.</summary>
    Unknown,

    /// <summary>A bare code: <c>550</c>, <c>5.1.1</c>, <c>441</c>.</summary>
    Code,

    /// <summary>One or several replies.</summary>
    Reply,

    /// <summary>An SMTP dialogue, commands and replies.</summary>
    Transcript,

    /// <summary>Lines of a mail log.</summary>
    MailLog,

    /// <summary>A bounce, a delay notice or a delivery report.</summary>
    Bounce,

    /// <summary>An automatic reply, which is no bounce.</summary>
    AutoReply,

    /// <summary>A complaint of a recipient or a report of abuse (RFC 5965, RFC 6591, X-ARF).</summary>
    Complaint,

    /// <summary>A receipt: the message was shown, deleted or passed on (RFC 8098).</summary>
    Receipt,

    /// <summary>A question whether a person sent the message, which is held until that is answered.</summary>
    Challenge,

    /// <summary>The message waits for a moderator.</summary>
    Moderation,

    /// <summary>A DMARC aggregate report.</summary>
    DmarcReport,

    /// <summary>A TLS report (RFC 8460).</summary>
    TlsReport,

    /// <summary>An event of a sending service, as JSON.</summary>
    Event,

    /// <summary>What a program, a library or a mail program shows when it cannot send.</summary>
    ProgramError,

    /// <summary>A message that says nothing about delivery.</summary>
    OrdinaryMail,
}
