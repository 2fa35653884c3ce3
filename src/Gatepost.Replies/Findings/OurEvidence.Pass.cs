using System.Net;

namespace Gatepost.Replies;

/// <summary>What would have passed.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence PassEhlo = new("pass-ehlo");

    public static readonly FixedEvidence PassPtr = new("pass-ptr");

    public static readonly FixedEvidence PassDomainExists = new("pass-domain-exists");

    public static readonly FixedEvidence PassLoginFirst = new("pass-login-first");

    public static readonly FixedEvidence PassPlain = new("pass-plain");

    public static readonly FixedEvidence PassRelay = new("pass-relay");

    public static readonly FixedEvidence PassTrusted = new("pass-trusted");

    public static readonly FixedEvidence PassHosted = new("pass-hosted");

    public static readonly FixedEvidence PassMailbox = new("pass-mailbox");

    public static readonly FixedEvidence PassSenderTakesMail = new("pass-sender-takes-mail");

    public static readonly FixedEvidence PassNoErrors = new("pass-no-errors");

    public static readonly FixedEvidence PassTakesMail = new("pass-takes-mail");

    public static readonly FixedEvidence PassReverseAnswer = new("pass-reverse-answer");

    public static readonly FixedEvidence PassNamesAnswer = new("pass-names-answer");

    public static readonly FixedEvidence PassAnswer = new("pass-answer");

    public static readonly FixedEvidence PassNoForward = new("pass-no-forward");

    public static readonly FixedEvidence PassFewerCopies = new("pass-fewer-copies");

    public static readonly FixedEvidence PassRoom = new("pass-room");

    public static readonly FixedEvidence PassOwnName = new("pass-own-name");

    public static readonly FixedEvidence PassOwnNameOrAddress = new("pass-own-name-or-address");

    public static readonly FixedEvidence PassNoBlock = new("pass-no-block");

    public static readonly FixedEvidence PassFaultFixed = new("pass-fault-fixed");

    public static readonly FixedEvidence PassLoopCut = new("pass-loop-cut");

    public static readonly FixedEvidence PassWithoutVirus = new("pass-without-virus");

    public static readonly FixedEvidence PassRestLater = new("pass-rest-later");

    public static readonly FixedEvidence PassNoSuspension = new("pass-no-suspension");

    public static readonly FixedEvidence PassPipelining = new("pass-pipelining");

    public static readonly FixedEvidence PassGreeting = new("pass-greeting");

    public static readonly FixedEvidence PassFilter = new("pass-filter");

    public static readonly EvidenceEntry<DateTimeOffset> PassAfterOrLifted = new("pass-after-or-lifted", "until");

    public static readonly EvidenceEntry<DateTimeOffset> PassAfter = new("pass-after", "until");

    public static readonly EvidenceEntry<string> PassMailHost = new("pass-mail-host", "domain");

    public static readonly EvidenceEntry<string, string> PassOwnedAddress = new("pass-owned-address", "user", "address");

    public static readonly EvidenceEntry<string, IPAddress> PassConfirmed = new("pass-confirmed", "name", "client");

    public static readonly EvidenceEntry<string> PassFilterAnswer = new("pass-filter-answer", "filter");

    public static readonly EvidenceEntry<string> PassHostAnswer = new("pass-host-answer", "host");

    public static readonly EvidenceEntry<DateTimeOffset> PassFrom = new("pass-from", "from");

    public static readonly EvidenceEntry<string, TimeSpan> PassHostAccepts = new("pass-host-accepts", "host", "kept");

    public static readonly EvidenceEntry<string> PassNotListed = new("pass-not-listed", "zone");

    public static readonly FixedEvidence PassNewAddress = new("pass-new-address");

    public static readonly EvidenceEntry<double> PassScore = new("pass-score", "limit");

    public static readonly EvidenceEntry<DateTimeOffset> PassAtOrHigher = new("pass-at-or-higher", "at");

    public static readonly FixedEvidence PassHigherLimit = new("pass-higher-limit");

    public static readonly FixedEvidence PassHostName = new("pass-host-name");

    public static readonly FixedEvidence PassFullName = new("pass-full-name");

    public static readonly FixedEvidence PassPassword = new("pass-password");
}
