using Gatepost.Dns;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reports;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Scanners.Milter;

namespace Gatepost.Policy;

/// <summary>What the rules work with and what outlives a reload.</summary>
public sealed class PolicyServices(IResolver dns, TimeProvider time)
{
    public IResolver Dns { get; } = dns;

    public TimeProvider Time { get; } = time;

    /// <summary>Where quotas are counted; in memory unless the store brings its own.</summary>
    public ICounters Counters { get; init; } = new SlidingCounters();

    public IMailboxSizes MailboxSizes { get; init; } = new MaildirSizes(time);

    public IGreylist Greylist { get; init; } = new Greylist();

    public TemporaryBlocks TemporaryBlocks { get; init; } = new();

    /// <summary>Asks next hosts about recipients; asks none unless the program supplies a probe.</summary>
    public RecipientVerification Callouts { get; init; } = new(null, time);

    /// <summary>How a filter of the configuration is reached.</summary>
    public Func<ScannerOptions, IScanner> MakeScanner { get; init; } = options => Reach(options, time);

    /// <summary>Undoes rewritten senders of forwards; null undoes none.</summary>
    public SrsRewriter? Srs { get; init; }

    /// <summary>Where refused messages are kept; null keeps none.</summary>
    public IQuarantine? Quarantine { get; init; }

    /// <summary>Takes how DMARC judged, for reports; null for no reports.</summary>
    public IDmarcResults? DmarcResults { get; init; }

    public Alarms Alarms { get; init; } = new(null, time);

    /// <summary>Cancelled when the server stops: ends questions that outlive the command they were asked for.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The same parts read only: what is counted, met or blocked through them is forgotten.</summary>
    internal PolicyServices ReadOnly() => new(Dns, Time)
    {
        Counters = new ReadOnlyCounters(Counters),
        MailboxSizes = new ReadOnlyMailboxSizes(MailboxSizes),
        Greylist = new ReadOnlyGreylist(Greylist),
        TemporaryBlocks = new TemporaryBlocks(TemporaryBlocks),
        MakeScanner = MakeScanner,
        Srs = Srs,
        Callouts = Callouts.ReadOnly(),
        Alarms = new Alarms(null, Time),
        Stopping = Stopping,
    };

    private static LimitedScanner Reach(ScannerOptions options, TimeProvider time)
    {
        if (!FilterAddress.TryParse(options.Address, out var address))
            throw new ArgumentException($"\"{options.Address}\" is no address of a filter", nameof(options));
        IScanner scanner = options.Kind switch
        {
            ScannerKind.Milter => new MilterScanner(options, address.ConnectAsync, time),
            ScannerKind.Clamd => new ClamdScanner(options, address.ConnectAsync, time),
            _ => new RspamdScanner(options, RspamdScanner.HandlerFor(address)),
        };
        return new LimitedScanner(scanner, options, time);
    }
}
