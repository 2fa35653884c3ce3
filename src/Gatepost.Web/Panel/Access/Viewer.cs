using Gatepost.Smtp;

namespace Gatepost.Web.Panel.Access;

/// <summary>Who looks at a page, and whose mail they may see: the only place where tenants are told apart.</summary>
/// <param name="Role">One role.</param>
/// <param name="Name">For the audit trail: the account's address, or how an operator without an account came in.</param>
public sealed record Viewer(Role Role, string Name)
{
    public static Viewer Nobody { get; } = new(Role.Visitor, "");

    /// <summary>Whether nothing is hidden from this role.</summary>
    public bool SeesAll => (Role & Role.Staff) != 0;

    /// <summary>Whether contents of messages may be shown.</summary>
    public bool SeesContent => Role == Role.Operator;

    /// <summary>The domain an administrator is responsible for, in lower case; null for other roles.</summary>
    public string? Domain => Role == Role.Administrator ? DomainOf(Name) : null;

    /// <summary>The mailbox of a user; null for other roles.</summary>
    public string? Mailbox => Role == Role.User ? Name : null;

    /// <summary>
    /// Whether an address belongs to what this viewer may see. An address with a detail, as <c>ann+x@</c>, is its mailbox's;
    /// an alias is no mailbox's.
    /// </summary>
    public bool Owns(string? address)
    {
        if (SeesAll)
            return true;
        if (address is not { Length: > 0 } || Role == Role.Visitor)
            return false;
        if (Domain is { } domain)
            return DomainOf(address) == domain;
        int plus = address.IndexOf('+', StringComparison.Ordinal), at = address.LastIndexOf('@');
        string plain = plus > 0 && plus < at ? address[..plus] + address[at..] : address;
        return plain.Equals(Mailbox, StringComparison.OrdinalIgnoreCase) || address.Equals(Mailbox, StringComparison.OrdinalIgnoreCase);
    }

    private static string DomainOf(string address) =>
        DomainName.ToAscii(address[(address.LastIndexOf('@') + 1)..]).ToLowerInvariant();
}
