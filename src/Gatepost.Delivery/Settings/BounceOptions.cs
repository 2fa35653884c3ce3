namespace Gatepost.Delivery.Settings;

/// <summary>How bounces and delay notices look.</summary>
public sealed record BounceOptions
{
    /// <summary>
    /// A returned message of this size or more, in octets, is cut to its header. RFC 3461 §6.2 leaves the size to us; the senders of larger
    /// ones have them still, and a bounce must get through.
    /// </summary>
    internal const int MaxReturned = 50 * 1024;

    /// <summary>Where people can ask for help, as an address or a URL; null leaves the sentence out.</summary>
    public string? Contact { get; init; }

    /// <summary>Language if the message names none: <c>en</c> or <c>ru</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Language by the sender's domain; takes precedence over <see cref="Language"/>.</summary>
    public IReadOnlyDictionary<string, string> LanguageOfDomain { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether senders may learn where a forwarded address leads.</summary>
    public bool DiscloseForward { get; init; }
}
