using System.Net;

namespace Gatepost.Replies;

/// <summary>What commands report and ask: what was not found, what cannot be done, what the running server answered.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence NoServerRuns = new("no-server-runs");

    public static readonly FixedEvidence NoPanel = new("no-panel");

    public static readonly EvidenceEntry<string, string> ServerDoesNotAnswer = new("server-does-not-answer", "folder", "socket");

    public static readonly EvidenceEntry<string> ServerNotYours = new("server-not-yours", "socket");

    public static readonly EvidenceEntry<string> ServerWentAway = new("server-went-away", "cause");

    public static readonly EvidenceEntry<string, int, string> ServerRejects = new("server-rejects", "socket", "status", "detail");

    public static readonly EvidenceEntry<string, int> ServerAnswersOddly = new("server-answers-oddly", "socket", "status");

    public static readonly EvidenceEntry<string> NoQueueThere = new("no-queue-there", "folder");

    public static readonly EvidenceEntry<string, string> QueueUnusable = new("queue-unusable", "folder", "cause");

    public static readonly EvidenceEntry<string, string> DirectoryUnusable = new("directory-unusable", "folder", "cause");

    public static readonly FixedEvidence BounceNeedsServer = new("bounce-needs-server");

    public static readonly EvidenceEntry<string, string> DataFolderTaken = new("data-folder-taken", "folder", "holder");

    public static readonly FixedEvidence NoServerInBuild = new("no-server-in-build");
    public static readonly EvidenceEntry<string, string> DataFolderUnusable = new("data-folder-unusable", "folder", "cause");

    public static readonly EvidenceEntry<string> PortTaken = new("port-taken", "cause");

    public static readonly EvidenceEntry<string> NotInQueue = new("not-in-queue", "id");

    public static readonly EvidenceEntry<string> SayWhichInQueue = new("say-which-in-queue", "verb");

    public static readonly EvidenceEntry<int, int> AskDropRecipients = new("ask-drop-recipients", "recipients", "messages");

    public static readonly EvidenceEntry<int, int> AskBounceRecipients = new("ask-bounce-recipients", "recipients", "messages");

    public static readonly EvidenceEntry<string> NotInQuarantineSeeTrace = new("not-in-quarantine-see-trace", "id");

    public static readonly FixedEvidence SayWhichInQuarantine = new("say-which-in-quarantine");

    public static readonly EvidenceEntry<int> AskDropQuarantined = new("ask-drop-quarantined", "count");

    public static readonly EvidenceEntry<string> NoIpAddress = new("no-ip-address", "text");

    public static readonly EvidenceEntry<IPAddress> ClientWasNotBlocked = new("client-was-not-blocked", "client");

    public static readonly EvidenceEntry<IPAddress> ClientReleased = new("client-released", "client");

    public static readonly EvidenceEntry<string, string> NoSuchEntry = new("no-such-entry", "kind", "name");

    public static readonly EvidenceEntry<string, string> NumberOrNone = new("number-or-none", "option", "text");

    public static readonly EvidenceEntry<string, string> SizeOrNone = new("size-or-none", "option", "text");

    public static readonly EvidenceEntry<string> UntilUnreadable = new("until-unreadable", "text");

    public static readonly EvidenceEntry<string> AskRemoveAccount = new("ask-remove-account", "address");

    public static readonly EvidenceEntry<string> AskRemoveAlias = new("ask-remove-alias", "address");

    public static readonly EvidenceEntry<string> AskRemoveBlock = new("ask-remove-block", "block");

    public static readonly EvidenceEntry<string> AskRemoveDomain = new("ask-remove-domain", "domain");

    public static readonly EvidenceEntry<string> AskRemoveDomainWithAll = new("ask-remove-domain-with-all", "domain");

    public static readonly EvidenceEntry<string, IReadOnlyList<string>> AskRemoveForward = new("ask-remove-forward", "mailbox", "targets");

    public static readonly EvidenceEntry<string> AskRemoveQuota = new("ask-remove-quota", "whose");

    public static readonly FixedEvidence SayWhichLimit = new("say-which-limit");

    public static readonly FixedEvidence LimitsOfDomain = new("limits-of-domain");

    public static readonly EvidenceEntry<int, int> PasswordLength = new("password-length", "octets", "limit");

    public static readonly EvidenceEntry<string> DkimHasKeys = new("dkim-has-keys", "domain");

    public static readonly EvidenceEntry<string> DkimKeysWait = new("dkim-keys-wait", "domain");

    public static readonly EvidenceEntry<string, string> DkimNoKey = new("dkim-no-key", "domain", "selector");

    public static readonly EvidenceEntry<string, string> DkimKeyFileUnusable = new("dkim-key-file-unusable", "file", "cause");

    public static readonly FixedEvidence ClientMissing = new("client-missing");

    public static readonly EvidenceEntry<string, string> OptionNoIp = new("option-no-ip", "option", "text");

    public static readonly EvidenceEntry<string, string> OptionNoTime = new("option-no-time", "option", "text");

    public static readonly EvidenceEntry<string, string> OptionNoEndpoint = new("option-no-endpoint", "option", "text");

    public static readonly EvidenceEntry<string> OptionNoLanguage = new("option-no-language", "text");

    public static readonly EvidenceEntry<string, string, int> OptionTooLong = new("option-too-long", "option", "text", "limit");

    public static readonly EvidenceEntry<string, Octets> FileTooLarge = new("file-too-large", "file", "limit");

    public static readonly EvidenceEntry<string, string> FileUnreadable = new("file-unreadable", "file", "cause");

    public static readonly EvidenceEntry<string> NoSuchFile = new("no-such-file", "file");

    public static readonly FixedEvidence SayWhatToTrace = new("say-what-to-trace");

    public static readonly EvidenceEntry<string> TraceFoundNothing = new("trace-found-nothing", "key");

    public static readonly FixedEvidence TraceFoundNoTime = new("trace-found-no-time");

    public static readonly FixedEvidence NothingToExplain = new("nothing-to-explain");

    public static readonly EvidenceEntry<string> NoTourRow = new("no-tour-row", "row");

    public static readonly EvidenceEntry<int> ErrorsInConfiguration = new("errors-in-configuration", "count");

    public static readonly EvidenceEntry<string> NothingChanged = new("nothing-changed", "cause");

    public static readonly FixedEvidence InForce = new("in-force");

    public static readonly FixedEvidence InForceAfterRestart = new("in-force-after-restart");

    public static readonly FixedEvidence ReleaseNeedsServer = new("release-needs-server");

    public static readonly EvidenceEntry<Finding, string> ReleasedNotRemoved = new("released-not-removed", "released", "cause");

    public static readonly FixedEvidence DroppedNow = new("dropped-now");

    public static readonly FixedEvidence DroppedAfterAccepting = new("dropped-after-accepting");

    public static readonly FixedEvidence NotInQuarantine = new("not-in-quarantine");

    public static readonly EvidenceEntry<IReadOnlyList<string>> NoMailboxFor = new("no-mailbox-for", "recipients");

    public static readonly FixedEvidence NoRecipientLeft = new("no-recipient-left");

    public static readonly FixedEvidence ReleasedBefore = new("released-before");

    public static readonly EvidenceEntry<Finding> NotReleased = new("not-released", "cause");

    public static readonly EvidenceEntry<string> NotReleasedQueue = new("not-released-queue", "cause");

    public static readonly EvidenceEntry<string> ReleasedAs = new("released-as", "id");

    public static readonly EvidenceEntry<IReadOnlyList<string>, string, Finding> ReleasedToSome =
        new("released-to-some", "recipients", "id", "rest");

    public static readonly EvidenceEntry<string> NoAddressList = new("no-address-list", "text");

    public static readonly EvidenceEntry<string> NoSuchOption = new("no-such-option", "option");

    public static readonly EvidenceEntry<string> OptionNeedsValue = new("option-needs-value", "option");

    public static readonly EvidenceEntry<string, string, string> OptionTakes = new("option-takes", "option", "values", "given");

    public static readonly FixedEvidence ServerStartedOtherwise = new("server-started-otherwise");

    public static readonly EvidenceEntry<string> ModeNotOffered = new("mode-not-offered", "option");

    public static readonly FixedEvidence NeverWithOthers = new("never-with-others");

    public static readonly FixedEvidence HeaderTooLongToSend = new("header-too-long-to-send");

    public static readonly FixedEvidence LineTooLongToSend = new("line-too-long-to-send");

    public static readonly EvidenceEntry<string> NoServerToSend = new("no-server-to-send", "socket");

    public static readonly FixedEvidence NoRecipientInMessage = new("no-recipient-in-message");

    public static readonly FixedEvidence NoRecipientNamed = new("no-recipient-named");

    public static readonly FixedEvidence NothingSentToAnybody = new("nothing-sent-to-anybody");

    public static readonly FixedEvidence NoListenerForPrograms = new("no-listener-for-programs");

    public static readonly EvidenceEntry<IReadOnlyList<string>> CommandMissing = new("command-missing", "commands");

    public static readonly EvidenceEntry<string> WordUnknown = new("word-unknown", "word");

    public static readonly EvidenceEntry<string, string> WordUnknownNear = new("word-unknown-near", "word", "near");

    public static readonly EvidenceEntry<string> OptionMissing = new("option-missing", "option");


    public static readonly EvidenceEntry<string> OptionTwice = new("option-twice", "option");

    public static readonly EvidenceEntry<string, int, int> OptionOutOfRange = new("option-out-of-range", "option", "least", "most");

    public static readonly EvidenceEntry<string> ArgumentMissing = new("argument-missing", "argument");

    public static readonly EvidenceEntry<string, string, IReadOnlyList<string>> NotAmongChoices =
        new("not-among-choices", "option", "text", "choices");

    public static readonly EvidenceEntry<string, string> NoNumber = new("no-number", "option", "text");
}
