using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>
/// Whom we take mail for and where it goes. Asked for every recipient: an implementation answers from memory or from an indexed table.
/// </summary>
/// <remarks>
/// Names are compared as <see cref="AddressKey"/> compares them. A store that cannot answer throws; it never says "unknown".
/// </remarks>
public interface IDirectory
{
    /// <summary>The domain, or null if it is not ours.</summary>
    ValueTask<Domain?> FindDomainAsync(string name, CancellationToken cancel);

    /// <summary>The mailbox of exactly that address, or null.</summary>
    ValueTask<Account?> FindAccountAsync(AddressKey address, CancellationToken cancel);

    /// <summary>The alias of exactly that address, or null.</summary>
    ValueTask<Alias?> FindAliasAsync(AddressKey address, CancellationToken cancel);

    /// <summary>Every entry of the block table whose pattern fits the address, whatever its scope and time; empty if none.</summary>
    ValueTask<IReadOnlyList<Block>> FindBlocksAsync(BlockSide side, AddressKey address, CancellationToken cancel);

    /// <summary>Where mail for a domain that is not ours goes: the transport table's word, else its MX.</summary>
    Destination RouteTo(string domain);

    /// <summary>The hosted domain whose postmaster the bare <c>postmaster</c> is; null if nothing is hosted.</summary>
    string? DefaultDomain { get; }

    /// <summary>The machine whose own mail is taken too; null if none is known.</summary>
    Machine? Machine => null;
}
