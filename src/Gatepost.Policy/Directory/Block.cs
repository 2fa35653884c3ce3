using Gatepost.Replies;
namespace Gatepost.Policy.Directory;

/// <summary>Which side of a message a block looks at.</summary>
public enum BlockSide
{
    Sender,
    Recipient,
}

/// <summary>An entry of the block table.</summary>
/// <param name="Side">Whether senders or recipients are blocked.</param>
/// <param name="Pattern"><c>bad@example.org</c>, or <c>@example.org</c> for the domain and everything below it.</param>
/// <param name="Scope">For sender blocks: whose mail it is about: null for everybody's, <c>@domain</c>, or one mailbox.</param>
/// <param name="By">Who made it.</param>
/// <param name="Since">When.</param>
/// <param name="Why">For the evidence; never on the wire.</param>
/// <param name="Until">Null when it holds until it is removed.</param>
public sealed record Block(
    BlockSide Side, string Pattern, string? Scope, string By, DateTimeOffset Since, string Why, DateTimeOffset? Until = null)
{
    public bool IsInForce(DateTimeOffset now) => Until is not { } end || now < end;

    /// <summary>Whether it holds for mail to that recipient (null while none is known).</summary>
    public bool Covers(AddressKey? recipient)
    {
        if (Scope is null)
            return true;
        if (recipient is not { } key)
            return false;
        return Scope.StartsWith('@')
            ? Scope.AsSpan(1).Equals(key.Domain, StringComparison.OrdinalIgnoreCase)
            : Scope.Equals(key.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>For the evidence.</summary>
    public Finding Described => AdminEntry.Describe(Scope is null ? Pattern : $"{Pattern} -> {Scope}", By, Since, Until, Why);

    /// <summary>The patterns under which an address may be blocked: itself, its domain, and each domain above.</summary>
    public static IEnumerable<string> PatternsOf(AddressKey address)
    {
        yield return address.ToString();
        for (int from = 0; from >= 0 && from < address.Domain.Length;
            from = address.Domain.IndexOf('.', from) is var dot and >= 0 ? dot + 1 : -1)
            yield return string.Concat("@", address.Domain.AsSpan(from));
    }
}
