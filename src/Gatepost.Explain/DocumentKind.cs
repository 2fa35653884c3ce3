namespace Gatepost.Explain;

/// <summary>What a document was recognised as; nobody has to tell.</summary>
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

    /// <summary>A bounce, a delay notice, a delivery receipt or a complaint.</summary>
    Bounce,

    /// <summary>An automatic reply, which is no bounce.</summary>
    AutoReply,

    /// <summary>A message that tells nothing about delivery.</summary>
    OrdinaryMail,
}
