namespace Gatepost.Policy.Scanners;

/// <summary>Which protocol a filter speaks.</summary>
public enum ScannerKind
{
    /// <summary>ClamAV's daemon, INSTREAM.</summary>
    Clamd,

    /// <summary>rspamd over HTTP, <c>/checkv2</c>.</summary>
    Rspamd,

    /// <summary>Any filter that speaks sendmail's milter protocol.</summary>
    Milter,
}

/// <summary>What becomes of mail while a filter does not answer.</summary>
public enum WhenAway
{
    /// <summary>It is asked to come back: 451 4.7.1.</summary>
    Defer,

    /// <summary>It passes, marked as unscanned.</summary>
    Pass,
}

/// <summary>One filter.</summary>
public sealed record ScannerOptions
{
    /// <summary>As it is called in records and headers.</summary>
    public required string Name { get; init; }

    public required ScannerKind Kind { get; init; }

    /// <summary><c>host:port</c> or <c>unix:/path</c>.</summary>
    public required string Address { get; init; }

    /// <summary>How long one message may take. SMTP clients wait ten minutes after the final dot (RFC 5321 §4.5.3.2.6).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public WhenAway WhenAway { get; init; } = WhenAway.Defer;

    /// <summary>Larger messages are not shown to it. Octets; ClamAV's own StreamMaxLength is 100 MB in Debian.</summary>
    public long MaxSize { get; init; } = 50 * 1024 * 1024;

    /// <summary>Messages it is shown at the same time; further ones wait.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>rspamd's symbols, as its own modules name them, that mean a message seen in very many copies.</summary>
    internal static readonly IReadOnlyList<string> BulkSymbols = ["DCC_REJECT", "DCC_BULK"];

    /// <summary>rspamd's symbols, as its antivirus module names them, that mean a virus.</summary>
    internal static readonly IReadOnlyList<string> VirusSymbols = ["CLAM_VIRUS"];

    /// <summary>Which rule a refusal (5yz) of a milter is: its protocol does not say why it refuses.</summary>
    public ScanOutcome RefusalMeans { get; init; } = ScanOutcome.Refused;

    /// <summary>
    /// Whether a milter is offered the right to change header fields, though such changes are only recorded: some insist on the leave and
    /// seldom use it.
    /// </summary>
    public bool PretendHeaderChanges { get; init; }

    /// <summary>What is wrong with these values, in the administrator's words.</summary>
    public IEnumerable<string> Problems()
    {
        if (!FilterAddress.TryParse(Address, out _))
            yield return $"address of scanner {Name} is \"{Address}\": write host:port or unix:/path";
    }
}
