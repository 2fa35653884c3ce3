using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>A mailbox of ours.</summary>
public sealed record Account
{
    /// <summary>Octets of the name before the @: as many as every other server takes (RFC 5321 §4.5.3.1.1).</summary>
    public const int MaxName = 64;

    public required Mailbox Address { get; init; }

    /// <summary>Where its mail is put.</summary>
    public required Destination Destination { get; init; }

    /// <summary>Copies of all its mail also go there.</summary>
    public IReadOnlyList<Mailbox> Forwards { get; init; } = [];

    /// <summary>Whether a copy stays here when there are <see cref="Forwards"/>.</summary>
    public bool KeepsCopy { get; init; } = true;

    /// <summary>Where its owner has moved to: mail is refused and the reply names it; null if the mailbox is in use.</summary>
    public Mailbox? MovedTo { get; init; }

    /// <summary>Octets its mailbox may hold; null is without limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Recipients it may write to in 60 minutes; null is without limit.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>Messages it may receive in 60 minutes; null is without limit.</summary>
    public int? ReceivedPerHour { get; init; }

    /// <summary>What it may not do for now.</summary>
    public IReadOnlyList<Suspension> Suspensions { get; init; } = [];

    /// <summary>
    /// Further addresses it may send as, beside its own and those of aliases that lead to it: <c>sales@x</c>, or <c>@x</c> for a whole
    /// domain.
    /// </summary>
    public IReadOnlyList<string> SendsAs { get; init; } = [];

    /// <summary>
    /// Whether a local part can name a mailbox: the name becomes a folder in most set-ups, so what a path could misread is refused, not
    /// escaped.
    /// </summary>
    public static bool CanName(string localPart) =>
        localPart is [not ('.' or '"'), ..] && !localPart.Contains('/') && System.Text.Encoding.UTF8.GetByteCount(localPart) <= MaxName;

    /// <summary>
    /// Whether an address means this mailbox by its name, whatever detail or alias domain comes with it: <c>ann+x@</c> is ann,
    /// <c>ann.smith@</c> is not.
    /// </summary>
    public bool IsNamedBy(AddressKey address)
    {
        string own = AddressKey.Of(Address).LocalPart;
        return address.LocalPart.StartsWith(own, StringComparison.OrdinalIgnoreCase)
            && (address.LocalPart.Length == own.Length
                || (!char.IsLetterOrDigit(address.LocalPart[own.Length]) && address.LocalPart[own.Length] is not ('.' or '_')));
    }

    /// <summary>What proves its password; null if it cannot log in.</summary>
    public string? Password { get; init; }
}

/// <summary>An address that leads to others.</summary>
/// <param name="Address">The address itself; it has no mailbox.</param>
/// <param name="Targets">Where its mail goes: mailboxes, further aliases, addresses elsewhere. 1 to 1,000.</param>
public sealed record Alias(Mailbox Address, IReadOnlyList<Mailbox> Targets);
