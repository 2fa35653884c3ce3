using System.Net;

namespace Gatepost.Replies;

/// <summary>What sessions and attempts say of themselves.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence ClosedByUs = new("closed-by-us");

    public static readonly FixedEvidence ClosedByClient = new("closed-by-client");

    public static readonly FixedEvidence ServerStopped = new("server-stopped");

    public static readonly FixedEvidence TlsFailed = new("tls-failed");

    public static readonly EvidenceEntry<string, string> TlsStarted = new("tls-started", "protocol", "cipher");

    public static readonly FixedEvidence AccountIsKnown = new("account-is-known");

    public static readonly FixedEvidence AccountIsUnknown = new("account-is-unknown");

    public static readonly FixedEvidence TlsAtPlainPort = new("tls-at-plain-port");

    public static readonly FixedEvidence PlainAtTlsPort = new("plain-at-tls-port");

    public static readonly EvidenceEntry<IPAddress> ProxyHeaderFrom = new("proxy-header-from", "peer");

    public static readonly EvidenceEntry<long> LineEndsNormalised = new("line-ends-normalised", "count");

    public static readonly EvidenceEntry<string> HelloNameTaken = new("hello-name-taken", "name");

    public static readonly FixedEvidence NoProxyHeader = new("no-proxy-header");

    public static readonly FixedEvidence CommandTimeout = new("command-timeout");

    public static readonly FixedEvidence HandshakeTimeout = new("handshake-timeout");

    public static readonly EvidenceEntry<int> ClearTextDropped = new("clear-text-dropped", "octets");

    public static readonly EvidenceEntry<string, string> SessionFault = new("session-fault", "fault", "where");

    public static readonly EvidenceEntry<string, string> BackgroundFault = new("background-fault", "work", "fault");

    public static readonly EvidenceEntry<string> NotStored = new("not-stored", "cause");

    public static readonly FixedEvidence NotStoredUnknown = new("not-stored-unknown");

    public static readonly EvidenceEntry<string> LoginNotChecked = new("login-not-checked", "cause");

    public static readonly EvidenceEntry<int, int, int> FewerConnections = new("fewer-connections", "most", "wanted", "descriptors");

    public static readonly EvidenceEntry<string, string> CannotAccept = new("cannot-accept", "endpoint", "cause");

    public static readonly FixedEvidence LostInMessage = new("lost-in-message");

    public static readonly FixedEvidence TimeoutInMessage = new("timeout-in-message");

    public static readonly FixedEvidence JudgementTooLong = new("judgement-too-long");

    public static readonly FixedEvidence CutTooLong = new("cut-too-long");

    public static readonly EvidenceEntry<string> Broken = new("broken", "cause");

    public static readonly FixedEvidence OurFault = new("our-fault");

    public static readonly FixedEvidence TooManyConnections = new("too-many-connections");

    public static readonly FixedEvidence BareLfInCommand = new("bare-lf-in-command");

    public static readonly EvidenceEntry<string> ConnectedAt = new("connected-at", "local");

    public static readonly EvidenceEntry<string, string> ConnectedThrough = new("connected-through", "local", "proxy");

    public static readonly EvidenceEntry<string, string, Finding> TlsToHost = new("tls-to-host", "protocol", "cipher", "certificate");

    public static readonly EvidenceEntry<string> CertificateValid = new("certificate-valid", "host");

    public static readonly EvidenceEntry<string> CertificateNotValid = new("certificate-not-valid", "host");

    public static readonly EvidenceEntry<Finding, int> AndDropped = new("and-dropped", "tls", "octets");

    public static readonly EvidenceEntry<string> ToDestination = new("to-destination", "destination");

    public static readonly EvidenceEntry<string> SendmailUser = new("sendmail-user", "user");
}
