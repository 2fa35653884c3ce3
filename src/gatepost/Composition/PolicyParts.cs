using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reports;
using Gatepost.Policy.Reputation;

namespace Gatepost.Composition;

/// <summary>What the rules work with, put together once for the running server and for <c>would-accept</c>.</summary>
internal static class PolicyParts
{
    /// <param name="dns">Answers the rules' questions.</param>
    /// <param name="time">For windows, delays and expiry.</param>
    /// <param name="counters">Where quotas are counted.</param>
    /// <param name="remembered">Where first encounters and temporary blocks are kept.</param>
    /// <param name="alarms">Null raises none.</param>
    /// <param name="quarantine">Null keeps no refused message.</param>
    /// <param name="probe">Asks next hosts about recipients; null asks none.</param>
    /// <param name="mailboxes">The room in mailboxes, shared with delivery; null when nothing is delivered.</param>
    /// <param name="srs">Undoes rewritten senders of forwards; null undoes none.</param>
    /// <param name="dmarc">Takes how DMARC judged, for reports; null for no reports.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    public static PolicyServices Build(
        IResolver dns,
        TimeProvider time,
        ICounterLog counters,
        IStateLog remembered,
        Alarms? alarms = null,
        IQuarantine? quarantine = null,
        IRecipientProbe? probe = null,
        MailboxUsages? mailboxes = null,
        SrsRewriter? srs = null,
        IDmarcResults? dmarc = null,
        CancellationToken stopping = default)
    {
        var now = time.GetUtcNow();
        return new PolicyServices(dns, time)
        {
            Quarantine = quarantine,
            MailboxSizes = new MaildirSizes(mailboxes ?? new MailboxUsages(time)),
            Alarms = alarms ?? new Alarms(null, time),
            Counters = new SlidingCounters(counters, now),
            Greylist = new Greylist(remembered, now),
            TemporaryBlocks = new TemporaryBlocks(remembered, now),
            Callouts = new RecipientVerification(probe, time),
            Srs = srs,
            DmarcResults = dmarc,
            Stopping = stopping,
        };
    }
}
