using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>An address as the directory compares it: no case, no needless quotes, the domain in A-labels.</summary>
/// <remarks>
/// RFC 5321 §2.4 leaves the case of a local part to its host: we are the host, and two cases of one name never mean two people.
/// A quoted local part means the same as the unquoted one if both can be written (RFC 5321 §4.1.2).
/// </remarks>
public readonly struct AddressKey : IEquatable<AddressKey>
{
    /// <param name="localPart">As in <see cref="Mailbox.LocalPart"/>.</param>
    /// <param name="domain">As in <see cref="Mailbox.Domain"/>.</param>
    public AddressKey(string localPart, string domain)
    {
        LocalPart = Unquote(localPart);
        Domain = DomainName.ToAscii(domain);
    }

    public string LocalPart { get; }

    public string Domain { get; }

    public static AddressKey Of(Mailbox address) => new(address.LocalPart, address.Domain);

    /// <summary><c>"ann"</c> is <c>ann</c>; <c>"a\ b"</c> is <c>a b</c>. A local part without quotes is returned as it is.</summary>
    public static string Unquote(string localPart)
    {
        if (localPart.Length < 2 || localPart[0] != '"' || localPart[^1] != '"')
            return localPart;
        return string.Create(localPart.Length - 2 - Escapes(localPart), localPart, static (span, quoted) =>
        {
            int to = 0;
            for (int i = 1; i < quoted.Length - 1; i++)
            {
                if (quoted[i] == '\\')
                    i++;
                span[to++] = quoted[i];
            }
        });
    }

    public bool Equals(AddressKey other) =>
        string.Equals(LocalPart, other.LocalPart, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Domain, other.Domain, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is AddressKey other && Equals(other);

    public override int GetHashCode() =>
        HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(LocalPart), StringComparer.OrdinalIgnoreCase.GetHashCode(Domain));

    public override string ToString() => Domain.Length == 0 ? LocalPart : $"{LocalPart}@{Domain}";

    public static bool operator ==(AddressKey left, AddressKey right) => left.Equals(right);

    public static bool operator !=(AddressKey left, AddressKey right) => !left.Equals(right);

    private static int Escapes(string quoted)
    {
        int escapes = 0;
        for (int i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
                continue;
            escapes++;
            i++;
        }

        return escapes;
    }
}
