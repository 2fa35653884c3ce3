namespace Gatepost.Replies;

/// <summary>What becomes of a change of the directory, or why it cannot be made and what to do instead.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string> UnknownChange = new("unknown-change", "change");

    public static readonly EvidenceEntry<string> DirectoryUnavailable = new("directory-unavailable", "cause");

    public static readonly EvidenceEntry<string> DidYouMean = new("did-you-mean", "near");

    public static readonly EvidenceEntry<string> NotAnAddress = new("not-an-address", "text");

    public static readonly EvidenceEntry<string> NotADomain = new("not-a-domain", "text");

    public static readonly EvidenceEntry<int> DomainQuotaUnusable = new("domain-quota-unusable", "number");

    public static readonly EvidenceEntry<int> HourlyQuotaUnusable = new("hourly-quota-unusable", "number");

    public static readonly EvidenceEntry<int> ReceivedQuotaUnusable = new("received-quota-unusable", "number");

    public static readonly EvidenceEntry<long> MailboxQuotaUnusable = new("mailbox-quota-unusable", "octets");

    public static readonly EvidenceEntry<string, Finding?> NoSuchDomain = new("no-such-domain", "domain", "guess");

    public static readonly EvidenceEntry<string, Finding?> DomainNotHere = new("domain-not-here", "domain", "guess");

    public static readonly EvidenceEntry<string, Finding?> DomainNotHereAddFirst = new("domain-not-here-add-first", "domain", "guess");

    public static readonly EvidenceEntry<string> ChangeInConfiguration = new("change-in-configuration", "name");

    public static readonly EvidenceEntry<string, string?> ChangeAtOtherDomain = new("change-at-other-domain", "domain", "other");

    public static readonly EvidenceEntry<string> DomainIsThere = new("domain-is-there", "domain");

    public static readonly EvidenceEntry<string, Finding> DomainAdded = new("domain-added", "domain", "state");

    public static readonly EvidenceEntry<string, Finding> DomainChanged = new("domain-changed", "domain", "state");

    public static readonly EvidenceEntry<string> DomainRemoved = new("domain-removed", "domain");

    public static readonly EvidenceEntry<string?> DomainIsAlias = new("domain-is-alias", "other");

    public static readonly FixedEvidence DomainIsRelayed = new("domain-is-relayed");

    public static readonly EvidenceEntry<string> DomainIsRelayedTo = new("domain-is-relayed-to", "destination");

    public static readonly FixedEvidence DomainIsHosted = new("domain-is-hosted");

    public static readonly EvidenceEntry<string> DomainHasCatchAll = new("domain-has-catch-all", "address");

    public static readonly EvidenceEntry<string> DelimiterUnusable = new("delimiter-unusable", "text");

    public static readonly EvidenceEntry<string> SayAliasOf = new("say-alias-of", "domain");

    public static readonly EvidenceEntry<string> AliasOfItself = new("alias-of-itself", "domain");

    public static readonly EvidenceEntry<string> DomainHasAddresses = new("domain-has-addresses", "domain");

    public static readonly EvidenceEntry<string> NoCatchAllHere = new("no-catch-all-here", "domain");

    public static readonly EvidenceEntry<string, string> DeliverUnusable = new("deliver-unusable", "text", "ways");

    public static readonly EvidenceEntry<string> RelayHasNoMailboxes = new("relay-has-no-mailboxes", "domain");

    public static readonly EvidenceEntry<string, string> MaildirPathUnusable = new("maildir-path-unusable", "text", "part");

    public static readonly EvidenceEntry<string> SayWithAddresses = new("say-with-addresses", "domain");

    public static readonly EvidenceEntry<string, string> AliasDomainInTheWay = new("alias-domain-in-the-way", "alias", "domain");

    public static readonly FixedEvidence PasswordIsNoHash = new("password-is-no-hash");

    public static readonly EvidenceEntry<string> AccountAdded = new("account-added", "address");

    public static readonly EvidenceEntry<string> AccountAddedNoPassword = new("account-added-no-password", "address");

    public static readonly EvidenceEntry<string> AccountChanged = new("account-changed", "address");

    public static readonly EvidenceEntry<string> AccountChangedNoPassword = new("account-changed-no-password", "address");

    public static readonly EvidenceEntry<string> AccountRemoved = new("account-removed", "address");

    public static readonly EvidenceEntry<string, int> MailboxNameUnusable = new("mailbox-name-unusable", "name", "limit");

    public static readonly EvidenceEntry<string, string> NoSuchGrant = new("no-such-grant", "address", "other");

    public static readonly EvidenceEntry<string, int, int> TooManyGrants = new("too-many-grants", "address", "count", "limit");

    public static readonly EvidenceEntry<string, string> AliasWithoutTarget = new("alias-without-target", "verb", "address");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> LeadsTo = new("leads-to", "address", "targets");

    public static readonly EvidenceEntry<string, string> ForwardsNowhere = new("forwards-nowhere", "address", "target");

    public static readonly EvidenceEntry<string, string, IReadOnlyList<string>> ForwardsElsewhere =
        new("forwards-elsewhere", "address", "target", "targets");

    public static readonly EvidenceEntry<string> ForwardRemoved = new("forward-removed", "address");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> ForwardsWithCopy = new("forwards-with-copy", "address", "targets");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> ForwardsWithoutCopy =
        new("forwards-without-copy", "address", "targets");

    public static readonly EvidenceEntry<string> AliasRemoved = new("alias-removed", "address");

    public static readonly EvidenceEntry<string, string> AddressIsThere = new("address-is-there", "address", "verb");

    public static readonly EvidenceEntry<string, Finding?> AliasNotHere = new("alias-not-here", "address", "guess");

    public static readonly EvidenceEntry<string, Finding?> MailboxNotHere = new("mailbox-not-here", "address", "guess");

    public static readonly EvidenceEntry<string, Finding?> NoSuchAccount = new("no-such-account", "address", "guess");

    public static readonly EvidenceEntry<string> IsAliasRemoveFirst = new("is-alias-remove-first", "address");

    public static readonly EvidenceEntry<string> IsAliasUseAlias = new("is-alias-use-alias", "address");

    public static readonly EvidenceEntry<string> IsMailboxForward = new("is-mailbox-forward", "address");

    public static readonly EvidenceEntry<string> IsMailboxUseAccount = new("is-mailbox-use-account", "address");

    public static readonly EvidenceEntry<int, int> TooManyTargets = new("too-many-targets", "count", "limit");

    public static readonly EvidenceEntry<string> TargetNotHere = new("target-not-here", "address");

    public static readonly EvidenceEntry<string?> WouldLoop = new("would-loop", "path");

    public static readonly EvidenceEntry<string, int, int> WouldBeTooWide = new("would-be-too-wide", "address", "addresses", "depth");

    public static readonly FixedEvidence SayWhatIsSuspended = new("say-what-is-suspended");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> SuspendedNow = new("suspended-now", "subject", "what");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>, DateTimeOffset> SuspendedUntil =
        new("suspended-until", "subject", "what", "until");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> NotSuspended = new("not-suspended", "subject", "what");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> Resumed = new("resumed", "subject", "what");

    public static readonly FixedEvidence ForIsForSenders = new("for-is-for-senders");

    public static readonly EvidenceEntry<string> BlockedFor = new("blocked-for", "scope");

    public static readonly EvidenceEntry<DateTimeOffset> BlockedTill = new("blocked-till", "until");

    public static readonly EvidenceEntry<string, Finding?, Finding?, long> SenderBlocked =
        new("sender-blocked", "pattern", "whom", "until", "id");

    public static readonly EvidenceEntry<string, Finding?, Finding?, long> RecipientBlocked =
        new("recipient-blocked", "pattern", "whom", "until", "id");

    public static readonly EvidenceEntry<long> BlockRemoved = new("block-removed", "id");

    public static readonly EvidenceEntry<long, string> BlockOfRemoved = new("block-of-removed", "id", "pattern");

    public static readonly EvidenceEntry<long> NoSuchBlock = new("no-such-block", "id");

    public static readonly EvidenceEntry<string> NothingBlocked = new("nothing-blocked", "pattern");

    public static readonly EvidenceEntry<string, int, IReadOnlyList<string>> BlockedSeveralTimes =
        new("blocked-several-times", "pattern", "count", "ids");

    public static readonly EvidenceEntry<DateTimeOffset> UntilIsPast = new("until-is-past", "until");

    public static readonly EvidenceEntry<int, int> ReasonTooLong = new("reason-too-long", "count", "limit");
}
