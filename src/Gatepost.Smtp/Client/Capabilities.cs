using System.Globalization;

namespace Gatepost.Smtp.Client;

/// <summary>What the peer offers in its EHLO or LHLO reply (RFC 5321 §4.1.1.1). Unknown keywords are ignored.</summary>
public sealed record Capabilities
{
    public bool Pipelining { get; private init; }

    public bool EightBitMime { get; private init; }

    public bool SmtpUtf8 { get; private init; }

    public bool Chunking { get; private init; }

    public bool BinaryMime { get; private init; }

    /// <summary>Whether BODY=BINARYMIME can be sent: only BDAT carries it (RFC 3030 §3).</summary>
    public bool TakesBinary => Chunking && BinaryMime;

    public bool Dsn { get; private init; }

    public bool StartTls { get; private init; }

    /// <summary>REQUIRETLS: a message is passed on over verified TLS only (RFC 8689 §3).</summary>
    public bool RequireTls { get; private init; }

    public bool Size { get; private init; }

    /// <summary>Octets; null if none is named or the named one is 0 (RFC 1870 §4: unknown).</summary>
    public long? MaxSize { get; private init; }

    /// <summary>LIMITS RCPTMAX (RFC 9422): recipients of one transaction.</summary>
    public int? MaxRecipients { get; private init; }

    /// <summary>LIMITS MAILMAX: transactions of one connection.</summary>
    public int? MaxMails { get; private init; }

    /// <summary>AUTH: the SASL mechanisms offered now, in capitals (RFC 4954 §3).</summary>
    public IReadOnlyList<string> Logins { get; private init; } = [];

    /// <summary>A peer that knows HELO only.</summary>
    public static Capabilities None { get; } = new();

    /// <param name="text">The reply's words, one line a keyword; the first line greets.</param>
    public static Capabilities Read(string text)
    {
        var offered = None;
        foreach (string line in text.Split('\n').Skip(1))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                offered = offered.With(words[0].ToUpperInvariant(), words);
        }

        return offered;
    }

    private Capabilities With(string keyword, string[] words) => keyword switch
    {
        "PIPELINING" => this with { Pipelining = true },
        "8BITMIME" => this with { EightBitMime = true },
        "SMTPUTF8" => this with { SmtpUtf8 = true },
        "CHUNKING" => this with { Chunking = true },
        "BINARYMIME" => this with { BinaryMime = true },
        "DSN" => this with { Dsn = true },
        "REQUIRETLS" => this with { RequireTls = true },
        "STARTTLS" => this with { StartTls = true },
        "SIZE" =>
            this with
            {
                Size = true,
                MaxSize = words.Length > 1
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0 ? size : null
            },
        "AUTH" => this with { Logins = [.. Logins.Union(words.Skip(1).Select(word => word.ToUpperInvariant()))] },
        // Written so by servers older than the standard, for mail programs older than it.
        _ when keyword.StartsWith("AUTH=", StringComparison.Ordinal) => this with
        {
            Logins = [.. Logins.Union(words.Skip(1).Prepend(keyword[5..]).Select(word => word.ToUpperInvariant()))],
        },
        "LIMITS" => this with { MaxRecipients = Limit(words, "RCPTMAX="), MaxMails = Limit(words, "MAILMAX=") },
        _ => this,
    };

    private static int? Limit(string[] words, string name)
    {
        string? word = words.FirstOrDefault(word => word.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return word is not null && int.TryParse(word.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
            && limit > 0 ? limit : null;
    }
}
