namespace Gatepost.Replies;

/// <summary>What is wrong with a configuration or harmful in it, and what to write instead.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string> ConfigSectionRepeats = new("config-section-repeats", "name");

    public static readonly EvidenceEntry<string> ConfigSectionOnce = new("config-section-once", "name");

    public static readonly EvidenceEntry<string, string> ConfigIsSection = new("config-is-section", "name", "heading");

    public static readonly EvidenceEntry<string, string, Finding> ConfigNeedsKey = new("config-needs-key", "heading", "key", "takes");

    public static readonly EvidenceEntry<string> ConfigKeyTwice = new("config-key-twice", "key");

    public static readonly EvidenceEntry<string, Finding> ConfigTwoSorts = new("config-two-sorts", "name", "sort");

    public static readonly EvidenceEntry<string> ConfigNoToml = new("config-no-toml", "cause");

    public static readonly FixedEvidence WriteFlag = new("config-write-flag");

    public static readonly FixedEvidence WriteAddresses = new("config-write-addresses");

    public static readonly FixedEvidence WriteNetworks = new("config-write-networks");

    public static readonly EvidenceEntry<string, Finding, string, Finding> ConfigWrongSort =
        new("config-wrong-sort", "key", "sort", "source", "write");

    public static readonly EvidenceEntry<string, string> WriteNumber = new("config-write-number", "key", "example");

    public static readonly EvidenceEntry<string, long, int, int> ConfigNumberRange =
        new("config-number-range", "key", "value", "least", "most");

    public static readonly EvidenceEntry<string, string> WriteSize = new("config-write-size", "key", "example");

    public static readonly EvidenceEntry<string, string, string, string> ConfigSizeRange =
        new("config-size-range", "key", "value", "least", "most");

    public static readonly EvidenceEntry<string> WriteDuration = new("config-write-duration", "example");

    public static readonly EvidenceEntry<string, string, string, string> ConfigDurationRange =
        new("config-duration-range", "key", "value", "least", "most");

    public static readonly EvidenceEntry<string, string> ConfigNoDomain = new("config-no-domain", "key", "text");

    public static readonly EvidenceEntry<string, string> ConfigNoEndPoint = new("config-no-end-point", "key", "text");

    public static readonly EvidenceEntry<string, string> ConfigNoAddress = new("config-no-address", "key", "text");

    public static readonly EvidenceEntry<string, string, string> ConfigNetworkBits = new("config-network-bits", "key", "text", "network");

    public static readonly EvidenceEntry<string, string> ConfigNoDestination = new("config-no-destination", "key", "text");

    public static readonly EvidenceEntry<string> ConfigLocalMailTo = new("config-local-mail-to", "text");

    public static readonly EvidenceEntry<string, string, int> ConfigSocketTooLong = new("config-socket-too-long", "key", "path", "limit");

    public static readonly EvidenceEntry<string> ConfigNoCatalogue = new("config-no-catalogue", "path");

    public static readonly EvidenceEntry<string> ConfigHelpUrl = new("config-help-url", "text");

    public static readonly EvidenceEntry<string, int> ConfigAddressTaken = new("config-address-taken", "address", "line");

    public static readonly FixedEvidence ConfigTlsNeedsCertificate = new("config-tls-needs-certificate");

    public static readonly FixedEvidence ConfigInternalNeedsTrusted = new("config-internal-needs-trusted");

    public static readonly FixedEvidence ConfigTrustedForInternal = new("config-trusted-for-internal");

    public static readonly FixedEvidence ConfigBareLineEnds = new("config-bare-line-ends");

    public static readonly FixedEvidence ConfigRequireTls = new("config-require-tls");

    public static readonly EvidenceEntry<string, string> ConfigNoPemFile = new("config-no-pem-file", "key", "path");

    public static readonly EvidenceEntry<string> ConfigTransportDomain = new("config-transport-domain", "text");

    public static readonly EvidenceEntry<string> ConfigTransportTwice = new("config-transport-twice", "domain");

    public static readonly EvidenceEntry<string, int> ConfigDomainTwice = new("config-domain-twice", "domain", "line");

    public static readonly EvidenceEntry<string> ConfigMailboxName = new("config-mailbox-name", "text");

    public static readonly EvidenceEntry<string> ConfigMailboxTwice = new("config-mailbox-twice", "text");

    public static readonly FixedEvidence ConfigRelayHasMailboxes = new("config-relay-has-mailboxes");

    public static readonly EvidenceEntry<string> ConfigAliasName = new("config-alias-name", "text");

    public static readonly EvidenceEntry<string, string> ConfigAliasTarget = new("config-alias-target", "alias", "text");

    public static readonly FixedEvidence ConfigAliasStar = new("config-alias-star");

    public static readonly EvidenceEntry<string, string> ConfigDeliverForm = new("config-deliver-form", "text", "form");

    public static readonly EvidenceEntry<string, string> ConfigDeliverPath = new("config-deliver-path", "text", "start");

    public static readonly EvidenceEntry<string, string> ConfigDeliverShared = new("config-deliver-shared", "text", "part");

    public static readonly FixedEvidence ConfigRelayDelivers = new("config-relay-delivers");

    public static readonly EvidenceEntry<string, string> ConfigAliasLeadsNowhere = new("config-alias-leads-nowhere", "alias", "target");

    public static readonly EvidenceEntry<string> ConfigAliasLoop = new("config-alias-loop", "loop");

    public static readonly EvidenceEntry<string> ConfigNextHostTwice = new("config-next-host-twice", "host");

    public static readonly EvidenceEntry<string> ConfigHello = new("config-hello", "text");

    public static readonly FixedEvidence ConfigSecretNeedsUser = new("config-secret-needs-user");

    public static readonly FixedEvidence ConfigUserNeedsSecret = new("config-user-needs-secret");

    public static readonly EvidenceEntry<string, string> ConfigMechanisms = new("config-mechanisms", "given", "known");

    public static readonly FixedEvidence ConfigClientCertificate = new("config-client-certificate");

    public static readonly EvidenceEntry<string, string> ConfigFileUnusable = new("config-file-unusable", "key", "cause");

    public static readonly EvidenceEntry<string> ConfigDovecotAuth = new("config-dovecot-auth", "text");

    public static readonly EvidenceEntry<string, string, string> ConfigQuarantineRule =
        new("config-quarantine-rule", "key", "rule", "rules");

    public static readonly EvidenceEntry<string> ConfigAccountTwice = new("config-account-twice", "address");

    public static readonly EvidenceEntry<string> ConfigPattern = new("config-pattern", "text");

    public static readonly EvidenceEntry<string> ConfigBlockFor = new("config-block-for", "text");

    public static readonly FixedEvidence ConfigForSenders = new("config-for-senders");

    public static readonly EvidenceEntry<string> ConfigRuleTwice = new("config-rule-twice", "rule");

    public static readonly EvidenceEntry<string> ConfigExemptDomain = new("config-exempt-domain", "text");

    public static readonly EvidenceEntry<string> ConfigListTwice = new("config-list-twice", "zone");

    public static readonly EvidenceEntry<string> ConfigRefusalIs = new("config-refusal-is", "kind");

    public static readonly FixedEvidence ConfigHeaderChanges = new("config-header-changes");

    public static readonly EvidenceEntry<string> ConfigScannerTwice = new("config-scanner-twice", "name");

    public static readonly EvidenceEntry<string> ConfigAccountAddress = new("config-account-address", "text");

    public static readonly EvidenceEntry<string, string, string> ConfigAccountMailbox =
        new("config-account-mailbox", "text", "local", "domain");

    public static readonly EvidenceEntry<string> ConfigPassword = new("config-password", "address");

    public static readonly EvidenceEntry<string> ConfigSendsAs = new("config-sends-as", "text");

    public static readonly EvidenceEntry<string> ConfigMovedTo = new("config-moved-to", "text");

    public static readonly EvidenceEntry<string> ConfigSuspended = new("config-suspended", "text");

    public static readonly EvidenceEntry<string> RiskHostname = new("risk-hostname", "name");

    public static readonly EvidenceEntry<string> RiskHttpPublic = new("risk-http-public", "address");

    public static readonly EvidenceEntry<string> RiskSubmissionClear = new("risk-submission-clear", "address");

    public static readonly EvidenceEntry<string> RiskTrustedStrangers = new("risk-trusted-strangers", "network");

    public static readonly FixedEvidence RiskNoPasswords = new("risk-no-passwords");

    public static readonly EvidenceEntry<string> RiskOpenRelay = new("risk-open-relay", "network");

    public static readonly EvidenceEntry<string> RiskProxyFrom = new("risk-proxy-from", "network");

    public static readonly EvidenceEntry<string> RiskXclientFrom = new("risk-xclient-from", "network");

    public static readonly EvidenceEntry<string> RiskNoMailbox = new("risk-no-mailbox", "domain");

    public static readonly EvidenceEntry<string> RiskStarNowhere = new("risk-star-nowhere", "target");

    public static readonly EvidenceEntry<string> RiskRelayUnverified = new("risk-relay-unverified", "domain");

    public static readonly EvidenceEntry<string, string> RiskDomainLoops = new("risk-domain-loops", "domain", "host");

    public static readonly EvidenceEntry<string> RiskBlocksTld = new("risk-blocks-tld", "pattern");

    public static readonly EvidenceEntry<string> RiskSmarthostLoops = new("risk-smarthost-loops", "host");

    public static readonly FixedEvidence RiskTlsOfAll = new("risk-tls-of-all");

    public static readonly EvidenceEntry<string, string> RiskTransportLoops = new("risk-transport-loops", "host", "domain");

    public static readonly EvidenceEntry<int> RiskFewConnections = new("risk-few-connections", "value");

    public static readonly FixedEvidence RiskCommandTimeout = new("risk-command-timeout");

    public static readonly EvidenceEntry<long> RiskMessageSize = new("risk-message-size", "value");

    public static readonly FixedEvidence RiskExpire = new("risk-expire");

    public static readonly FixedEvidence RiskUnknownAccepted = new("risk-unknown-accepted");

    public static readonly EvidenceEntry<Finding> RiskResolverSilent = new("risk-resolver-silent", "detail");

    public static readonly EvidenceEntry<string> RiskResolverDenies = new("risk-resolver-denies", "name");

    public static readonly EvidenceEntry<string> RiskListBroken = new("risk-list-broken", "zone");

    public static readonly EvidenceEntry<string, string> ConfigNoNetwork = new("config-no-network", "key", "text");

    public static readonly EvidenceEntry<string> ConfigNextHostTo = new("config-next-host-to", "text");

    public static readonly EvidenceEntry<string> ConfigNoSection = new("config-no-section", "name");

    public static readonly EvidenceEntry<string> ConfigNoKey = new("config-no-key", "key");

    public static readonly EvidenceEntry<string, string> ConfigNoKeyThere = new("config-no-key-there", "heading", "key");

    public static readonly EvidenceEntry<Finding, string> ConfigDidYouMean = new("config-did-you-mean", "what", "near");

    public static readonly EvidenceEntry<Finding> ConfigBelongsAbove = new("config-belongs-above", "what");

    public static readonly EvidenceEntry<Finding, string> ConfigBelongsUnder = new("config-belongs-under", "what", "heading");

    public static readonly EvidenceEntry<Finding, IReadOnlyList<string>> ConfigRemoveSection =
        new("config-remove-section", "what", "known");

    public static readonly EvidenceEntry<Finding, IReadOnlyList<string>> ConfigRemoveKey = new("config-remove-key", "what", "known");

    public static readonly EvidenceEntry<string, string, Finding> ConfigWrongChoice = new("config-wrong-choice", "key", "text", "takes");

    public static readonly EvidenceEntry<string, string, Finding, string> ConfigWrongChoiceNear =
        new("config-wrong-choice-near", "key", "text", "takes", "near");

    public static readonly EvidenceEntry<Finding> WriteInQuotes = new("config-write-in-quotes", "takes");

    public static readonly EvidenceEntry<Finding> WriteNotEmpty = new("config-write-not-empty", "takes");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> ConfigNoRule = new("config-no-rule", "text", "rules");

    public static readonly EvidenceEntry<string, string, IReadOnlyList<string>> ConfigNoRuleNear =
        new("config-no-rule-near", "text", "near", "rules");

    public static readonly EvidenceEntry<string> RiskBlocksOwnRecipients = new("risk-blocks-own-recipients", "pattern");

    public static readonly EvidenceEntry<string> RiskBlocksOwnSenders = new("risk-blocks-own-senders", "pattern");

    public static readonly EvidenceEntry<string, Finding> RiskFolder = new("risk-folder", "key", "problem");

    public static readonly EvidenceEntry<string, Finding> RiskDeliverFolder = new("risk-deliver-folder", "domain", "problem");

    public static readonly EvidenceEntry<string> FileInTheWay = new("file-in-the-way", "path");

    public static readonly EvidenceEntry<string, string> FolderCannotBe = new("folder-cannot-be", "path", "above");

    public static readonly EvidenceEntry<Finding, string, Finding> RiskNoAnswer = new("risk-no-answer", "what", "address", "problem");

    public static readonly EvidenceEntry<string> NeighbourFilter = new("neighbour-filter", "name");

    public static readonly FixedEvidence NeighbourDovecot = new("neighbour-dovecot");

    public static readonly EvidenceEntry<string> NeighbourStore = new("neighbour-store", "domain");

    public static readonly FixedEvidence NoAnswer = new("no-answer");

    public static readonly FixedEvidence ConfigNoFile = new("config-no-file");

    public static readonly EvidenceEntry<string> ConfigUnreadable = new("config-unreadable", "cause");

    public static readonly FixedEvidence SortText = new("sort-text");

    public static readonly FixedEvidence SortNumber = new("sort-number");

    public static readonly FixedEvidence SortFlag = new("sort-flag");

    public static readonly FixedEvidence SortList = new("sort-list");

    public static readonly FixedEvidence SortTable = new("sort-table");

    public static readonly FixedEvidence SortFraction = new("sort-fraction");

    public static readonly FixedEvidence SortDate = new("sort-date");

    public static readonly FixedEvidence TakesHttpsAddress = new("takes-https-address");

    public static readonly FixedEvidence TakesMailAddress = new("takes-mail-address");

    public static readonly FixedEvidence TakesNameOrNames = new("takes-name-or-names");

    public static readonly FixedEvidence TakesFlag = new("takes-flag");

    public static readonly FixedEvidence TakesDomainName = new("takes-domain-name");

    public static readonly FixedEvidence TakesEndPoints = new("takes-end-points");

    public static readonly FixedEvidence TakesEndPoint = new("takes-end-point");

    public static readonly FixedEvidence TakesAddresses = new("takes-addresses");

    public static readonly FixedEvidence TakesNetworks = new("takes-networks");

    public static readonly FixedEvidence TakesDestination = new("takes-destination");

    public static readonly FixedEvidence TakesADestination = new("takes-a-destination");

    public static readonly FixedEvidence TakesText = new("takes-text");

    public static readonly EvidenceEntry<string, string> TakesNumber = new("takes-number", "least", "most");

    public static readonly EvidenceEntry<string, string> TakesDuration = new("takes-duration", "least", "most");

    public static readonly EvidenceEntry<string, string> TakesSize = new("takes-size", "least", "most");

    public static readonly EvidenceEntry<IReadOnlyList<string>> TakesOneOf = new("takes-one-of", "choices");

    public static readonly FixedEvidence TakesAddressOrList = new("takes-address-or-list");

    public static readonly FixedEvidence TakesUrl = new("takes-url");

    public static readonly FixedEvidence TakesPath = new("takes-path");

    public static readonly FixedEvidence TakesPathOrCredential = new("takes-path-or-credential");

    public static readonly FixedEvidence TakesUserName = new("takes-user-name");

    public static readonly FixedEvidence TakesPattern = new("takes-pattern");

    public static readonly FixedEvidence TakesAddressOrUrl = new("takes-address-or-url");

    public static readonly FixedEvidence TakesAddress = new("takes-address");

    public static readonly FixedEvidence TakesPasswordLine = new("takes-password-line");

    public static readonly FixedEvidence TakesAliasTable = new("takes-alias-table");

    public static readonly FixedEvidence TakesHostOrDomain = new("takes-host-or-domain");

    public static readonly FixedEvidence TakesRuleName = new("takes-rule-name");

    public static readonly FixedEvidence TakesHostOrNothing = new("takes-host-or-nothing");

    public static readonly FixedEvidence TakesMechanisms = new("takes-mechanisms");

    public static readonly FixedEvidence TakesSuspensions = new("takes-suspensions");

    public static readonly FixedEvidence TakesAddressList = new("takes-address-list");

    public static readonly FixedEvidence TakesDomainsAndAddresses = new("takes-domains-and-addresses");

    public static readonly FixedEvidence TakesDomainList = new("takes-domain-list");

    public static readonly FixedEvidence TakesHostNames = new("takes-host-names");

    public static readonly FixedEvidence TakesLocalParts = new("takes-local-parts");

    public static readonly FixedEvidence TakesAccounts = new("takes-accounts");

    public static readonly FixedEvidence TakesHostAndPort = new("takes-host-and-port");

    public static readonly FixedEvidence TakesRuleList = new("takes-rule-list");

    public static readonly EvidenceEntry<string, int, Finding> ConfigErrorAt = new("config-error-at", "file", "line", "what");

    public static readonly EvidenceEntry<string, Finding> ConfigErrorIn = new("config-error-in", "file", "what");

    public static readonly EvidenceEntry<Finding> ConfigWarning = new("config-warning", "what");
}
