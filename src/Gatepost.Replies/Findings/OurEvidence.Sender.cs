namespace Gatepost.Replies;

/// <summary>What rules about log-in and sender say.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence PasswordServiceSilent = new("password-service-silent");

    public static readonly FixedEvidence TooManyGuesses = new("too-many-guesses");

    public static readonly FixedEvidence WrongPassword = new("wrong-password");

    public static readonly EvidenceEntry<string> LoggedIn = new("logged-in", "user");

    public static readonly FixedEvidence NotLoggedIn = new("not-logged-in");

    public static readonly EvidenceEntry<string> HasPassword = new("has-password", "mailbox");

    public static readonly EvidenceEntry<string, string> NotOwned = new("not-owned", "address", "user");

    public static readonly EvidenceEntry<string, string> FromNotOwned = new("from-not-owned", "address", "user");

    public static readonly FixedEvidence FromTooLong = new("from-too-long");

    public static readonly FixedEvidence HeaderTooLong = new("header-too-long");

    public static readonly FixedEvidence LineIsNoField = new("line-is-no-field");

    public static readonly EvidenceEntry<string> LocalUser = new("local-user", "user");

    public static readonly FixedEvidence NullSender = new("null-sender");

    public static readonly FixedEvidence OwnAddress = new("own-address");

    public static readonly EvidenceEntry<string> MaySendAs = new("may-send-as", "address");

    public static readonly EvidenceEntry<string, string> MailReaches = new("mail-reaches", "address", "mailbox");

    public static readonly EvidenceEntry<Finding> Blocked = new("blocked", "block");

    public static readonly EvidenceEntry<string, Finding> IsSuspended = new("is-suspended", "user", "suspension");

    public static readonly EvidenceEntry<string> NoMailHost = new("no-mail-host", "domain");

    public static readonly EvidenceEntry<string> AddressesOnly = new("addresses-only", "domain");

    public static readonly EvidenceEntry<string> NullMx = new("null-mx", "domain");

    public static readonly EvidenceEntry<string> DnsSilentPasses = new("dns-silent-passes", "domain");

    public static readonly EvidenceEntry<string> DnsSilent = new("dns-silent", "domain");

    public static readonly EvidenceEntry<string, string> MailGoesTo = new("mail-goes-to", "domain", "host");

    public static readonly EvidenceEntry<string> OurDomain = new("our-domain", "domain");
}
