using Gatepost.Replies;

namespace Gatepost.Publishing;

/// <summary>What a record in DNS is for.</summary>
internal enum RecordKind
{
    Mx,
    Address,
    Spf,
    Dkim,
    Dmarc,
    StsHost,
    Sts,
    TlsReports,
    Tlsa,
    Service,

    /// <summary>The name under which mail programs ask this server.</summary>
    Autoconfig,

    /// <summary>The reverse name of an address: in the zone of who owns the address.</summary>
    Reverse,
}

/// <summary>A record that should be in DNS.</summary>
/// <param name="Name">Without final dot.</param>
/// <param name="Data">As in a zone file.</param>
/// <param name="What">What it is for, for people.</param>
internal sealed record WantedRecord(RecordKind Kind, string Name, string Type, string Data, Finding What)
{
    /// <summary>Of a TXT record the text that DNS must give; else null.</summary>
    public string? Text { get; init; }

    /// <summary>As a line of a zone file.</summary>
    public override string ToString() => $"{Name}. 3600 IN {Type} {Data}";
}
