namespace Gatepost.MailAuth.Message;

/// <summary>Which changes on the way a signature survives (RFC 6376 §3.4).</summary>
public enum Canonicalization
{
    /// <summary>None but empty lines at the end of the body.</summary>
    Simple,

    /// <summary>Also other folding and white space, and the case of field names.</summary>
    Relaxed,
}

/// <summary>The words for <see cref="Canonicalization"/>.</summary>
internal static class CanonicalizationWords
{
    /// <summary>The form of a word in c=; null for any other word.</summary>
    public static Canonicalization? Read(string word) => word switch
    {
        "simple" => Canonicalization.Simple,
        "relaxed" => Canonicalization.Relaxed,
        _ => null,
    };

    /// <summary>As written in c=.</summary>
    public static string Word(this Canonicalization form) => form == Canonicalization.Simple ? "simple" : "relaxed";

    /// <summary>The one that was not used, to find out whether the other would have held.</summary>
    public static Canonicalization Other(this Canonicalization form) =>
        form == Canonicalization.Simple ? Canonicalization.Relaxed : Canonicalization.Simple;
}
