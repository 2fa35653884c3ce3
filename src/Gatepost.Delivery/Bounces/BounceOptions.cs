namespace Gatepost.Delivery.Bounces;

/// <summary>How reports to senders look.</summary>
public sealed record BounceOptions
{
    /// <summary>The address in From; null takes <c>MAILER-DAEMON@</c> and our host name.</summary>
    public string? From { get; init; }

    /// <summary>Where a person can be asked, as an address or a URL; null leaves the sentence out.</summary>
    public string? Contact { get; init; }

    /// <summary>Language where the message names none: <c>en</c> or <c>ru</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Language by the sender's domain; goes before <see cref="Language"/>.</summary>
    public IReadOnlyDictionary<string, string> LanguageOfDomain { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the sender may learn where the address he wrote to passes its mail on to.</summary>
    public bool DiscloseForward { get; init; } = true;

    /// <summary>A returned message is cut to its header from this size on, octets.</summary>
    public int MaxReturned { get; init; } = 50 * 1024;

    public IEnumerable<string> Problems()
    {
        foreach (string language in LanguageOfDomain.Values.Append(Language).Distinct().Where(language => language is not ("en" or "ru")))
            yield return $"bounce language is \"{language}\": write \"en\" or \"ru\"";
        if (MaxReturned < 0)
            yield return $"max-returned is {MaxReturned}: it must be 0 (header only) or more octets";
        if (From is { } from && !Smtp.Mailbox.TryParse(from, out _))
            yield return $"bounce from is \"{from}\": write an address, for example \"postmaster@example.org\"";
    }
}
