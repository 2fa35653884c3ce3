namespace Gatepost.MailAuth.Dmarc;

/// <summary>What a domain asks receivers to do with mail in its name that fails; in the order of strictness.</summary>
public enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

/// <summary>The words for <see cref="DmarcPolicy"/>.</summary>
public static class DmarcPolicyWords
{
    /// <summary>As published: <c>quarantine</c>.</summary>
    public static string Word(this DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.None => "none",
        DmarcPolicy.Quarantine => "quarantine",
        _ => "reject",
    };

    /// <summary>Null if it is none of the three words; case does not matter.</summary>
    internal static DmarcPolicy? Read(string? word) => word?.ToLowerInvariant() switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };
}
