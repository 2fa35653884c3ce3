using System.Net;

namespace Gatepost.Replies;

/// <summary>What records a domain needs in DNS, and what is there.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string> TlsNone = new("tls-none", "host");

    public static readonly EvidenceEntry<string> StsListed = new("sts-listed", "host");

    public static readonly EvidenceEntry<string> StsNotListed = new("sts-not-listed", "host");

    public static readonly EvidenceEntry<string, string> RecordForMx = new("record-for-mx", "domain", "host");

    public static readonly EvidenceEntry<string> RecordForAddress = new("record-for-address", "host");

    public static readonly EvidenceEntry<string> RecordForSpf = new("record-for-spf", "domain");

    public static readonly EvidenceEntry<string, string> RecordForSpfWithRelay = new("record-for-spf-with-relay", "domain", "relay");

    public static readonly EvidenceEntry<string> RecordForHelo = new("record-for-helo", "host");

    public static readonly EvidenceEntry<string, string> RecordForDkim = new("record-for-dkim", "selector", "domain");

    public static readonly EvidenceEntry<string> RecordForDkimLater = new("record-for-dkim-later", "domain");

    public static readonly EvidenceEntry<string> RecordForDmarc = new("record-for-dmarc", "domain");

    public static readonly EvidenceEntry<string> RecordForStsHost = new("record-for-sts-host", "domain");

    public static readonly EvidenceEntry<string> RecordForSts = new("record-for-sts", "domain");

    public static readonly EvidenceEntry<string> RecordForStsPolicy = new("record-for-sts-policy", "domain");

    public static readonly EvidenceEntry<string> RecordForTlsReports = new("record-for-tls-reports", "domain");

    public static readonly EvidenceEntry<string> RecordForTlsa = new("record-for-tlsa", "host");

    public static readonly EvidenceEntry<int> RecordForService = new("record-for-service", "port");

    public static readonly EvidenceEntry<int> RecordForReading = new("record-for-reading", "port");

    public static readonly EvidenceEntry<string> RecordForAutoconfig = new("record-for-autoconfig", "domain");

    public static readonly EvidenceEntry<IPAddress, string> RecordForReverse = new("record-for-reverse", "address", "host");

    public static readonly EvidenceEntry<string> RecordForAddressUnknown = new("record-for-address-unknown", "host");

    public static readonly EvidenceEntry<string> CheckZone = new("check-zone", "name");

    public static readonly EvidenceEntry<IPAddress> CheckAddressOwner = new("check-address-owner", "address");

    public static readonly EvidenceEntry<string, string> CheckMx = new("check-mx", "domain", "hosts");

    public static readonly EvidenceEntry<string> CheckNoMx = new("check-no-mx", "domain");

    public static readonly EvidenceEntry<string, string, string> CheckMxElsewhere = new("check-mx-elsewhere", "domain", "hosts", "host");

    public static readonly EvidenceEntry<string, string> CheckAddress = new("check-address", "host", "addresses");

    public static readonly EvidenceEntry<string> CheckNoAddress = new("check-no-address", "host");

    public static readonly EvidenceEntry<string, string, string> CheckAddressElsewhere =
        new("check-address-elsewhere", "host", "addresses", "ours");

    public static readonly EvidenceEntry<IPAddress, string, string> CheckReverseOther =
        new("check-reverse-other", "address", "name", "host");

    public static readonly EvidenceEntry<string> CheckDmarcOnlyWatches = new("check-dmarc-only-watches", "domain");

    public static readonly EvidenceEntry<string> CheckNoTlsReports = new("check-no-tls-reports", "domain");

    public static readonly EvidenceEntry<string, string> CheckTlsaStale = new("check-tlsa-stale", "name", "records");

    public static readonly EvidenceEntry<string, string> CheckPublished = new("check-published", "name", "record");

    public static readonly EvidenceEntry<string, string> CheckMissing = new("check-missing", "name", "type");

    public static readonly EvidenceEntry<string, string> CheckDiffers = new("check-differs", "name", "found");

    public static readonly EvidenceEntry<string> CheckPublish = new("check-publish", "record");

    public static readonly EvidenceEntry<string, Finding?> CheckUnanswered = new("check-unanswered", "name", "cause");
}
