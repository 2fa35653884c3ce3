namespace Gatepost.MailAuth.Message;

/// <summary>Which changes on the way a signature survives (RFC 6376 §3.4).</summary>
public enum Canonicalization
{
    /// <summary>None but empty lines at the end of the body.</summary>
    Simple,

    /// <summary>Also other folding and white space, and the case of field names.</summary>
    Relaxed,
}
