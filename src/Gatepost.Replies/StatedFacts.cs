using System.Net;

namespace Gatepost.Replies;

/// <summary>What a text says of its own case: the domain, the address, the list, the limit. Nothing in it comes from elsewhere.</summary>
/// <remarks>Each is null if the text does not state it, or states several of which none is plainly the one that is meant.</remarks>
public sealed record StatedFacts
{
    /// <summary>A text that states nothing.</summary>
    public static StatedFacts None { get; } = new();

    /// <summary>The IP address of the client that was refused.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>The domain that the reply is about, mostly the sender's.</summary>
    public string? Domain { get; init; }

    /// <summary>The server that was to be reached.</summary>
    public string? Host { get; init; }

    /// <summary>The port of that server, where it is named with it.</summary>
    public int? Port { get; init; }

    /// <summary>The name given with HELO or EHLO.</summary>
    public string? Helo { get; init; }

    /// <summary>The only mail address that the text names.</summary>
    public string? Address { get; init; }

    /// <summary>The block list, by its zone or its name.</summary>
    public string? List { get; init; }

    /// <summary>How many are allowed.</summary>
    public long? Limit { get; init; }

    /// <summary>How many there were.</summary>
    public long? Count { get; init; }

    /// <summary>In which time the limit counts.</summary>
    public StatedPeriod? Period { get; init; }

    /// <summary>How large the message or the mailbox may be.</summary>
    public DataSize? SizeLimit { get; init; }

    /// <summary>How large it is.</summary>
    public DataSize? Size { get; init; }

    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>True if SPF did not pass.</summary>
    public bool SpfFailed { get; init; }

    /// <summary>True if DKIM did not pass.</summary>
    public bool DkimFailed { get; init; }

    /// <summary>True if DMARC did not pass.</summary>
    public bool DmarcFailed { get; init; }

    /// <summary>The names of the checks that did not pass.</summary>
    public IReadOnlyList<string> FailedChecks =>
        [.. new[] { SpfFailed ? "SPF" : "", DkimFailed ? "DKIM" : "", DmarcFailed ? "DMARC" : "" }.Where(name => name.Length > 0)];

    /// <summary>What was wrong with the encrypted connection.</summary>
    public TlsFault? Tls { get; init; }

    /// <summary>The first link, whole.</summary>
    public string? Link { get; init; }
}

/// <summary>The time in which a limit counts.</summary>
public enum StatedPeriod
{
    Minute,
    Hour,
    Day,
}

/// <summary>Why an encrypted connection did not come about. Each has its phrases (<c>[tls-expired.en]</c>) and its words.</summary>
public enum TlsFault
{
    /// <summary>The TLSA record does not fit the certificate (RFC 7672).</summary>
    Dane,

    /// <summary>The MTA-STS policy does not allow the server (RFC 8461).</summary>
    MtaSts,

    /// <summary>The certificate is no longer valid.</summary>
    Expired,

    /// <summary>The certificate is made out to another name.</summary>
    Name,

    /// <summary>The certificate is signed by no known authority.</summary>
    Untrusted,

    /// <summary>The two have no version or cipher in common.</summary>
    Versions,

    /// <summary>STARTTLS was not offered or was refused.</summary>
    NotOffered,
}

/// <summary>A size as a reply states it.</summary>
/// <param name="Octets">In octets, whatever unit it was written in.</param>
public readonly record struct DataSize(long Octets);
