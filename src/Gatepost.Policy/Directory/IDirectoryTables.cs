using Gatepost.Policy.Directory.Administration;

namespace Gatepost.Policy.Directory;

/// <summary>What can be looked up in the directory's tables. Names are compared as <see cref="AddressKey"/> compares them.</summary>
public interface IDirectorySource
{
    DomainEntry? FindDomain(string name);

    AddressEntry? FindAddress(AddressKey address);

    /// <param name="subject">An address, or <c>@domain</c>, in lower case.</param>
    IReadOnlyList<Suspension> FindSuspensions(string subject);

    /// <param name="pattern">As in <see cref="Block.Pattern"/>.</param>
    IReadOnlyList<BlockEntry> FindBlocks(BlockSide side, string pattern);

    DirectoryTally Tally { get; }
}

/// <summary>What there is at all, so that a server without suspensions or blocks never looks for any.</summary>
/// <param name="FirstHosted">The hosted domain that was added first; null if there is none.</param>
public sealed record DirectoryTally(string? FirstHosted, bool HasDomains, bool HasAddresses, bool HasSuspensions, bool HasBlocks);

/// <summary>The tables read through; pages are for listings, so that a million rows are never in memory together.</summary>
public interface IDirectoryReader : IDirectorySource
{
    /// <summary>Domains in order of name, those behind <paramref name="after"/>.</summary>
    IReadOnlyList<DomainEntry> ListDomains(string after, int max);

    /// <summary>Addresses in order of domain and name, those behind <paramref name="after"/>.</summary>
    /// <param name="domain">Only of this one; null for all.</param>
    IReadOnlyList<AddressEntry> ListAddresses(string? domain, AddressKey after, int max);

    IReadOnlyList<BlockEntry> ListBlocks(long after, int max);

    /// <summary>Targets of aliases, forwards and catch-alls that lie in a domain, each once.</summary>
    IReadOnlyList<string> ListTargetsIn(string domain, int max);

    bool HasAddresses(string domain);
}

/// <summary>A change under way: it reads back what it wrote; others see nothing of it before it is complete.</summary>
public interface IDirectoryWriter : IDirectoryReader
{
    void Put(DomainEntry domain);

    /// <summary>Takes the domain and everything under it away.</summary>
    void RemoveDomain(string name);

    void Put(AddressEntry address);

    void RemoveAddress(AddressKey address);

    /// <summary>One suspension of a subject for each thing taken away; a later one takes the place of the earlier.</summary>
    void Suspend(string subject, Suspension suspension);

    /// <returns>Whether there was one.</returns>
    bool Resume(string subject, Suspended what);

    /// <summary>Adds a block, or takes the place of the one with the same side, pattern and scope.</summary>
    long Put(Block block);

    bool RemoveBlock(long id);
}

/// <summary>The tables of the directory: kept by Storage, understood by <see cref="DirectoryEditor"/>.</summary>
/// <remarks>
/// Methods throw <see cref="DirectoryUnavailableException"/> where the tables cannot be read or written; they never answer "not there"
/// instead.
/// </remarks>
public interface IDirectoryTables
{
    /// <summary>Another number after each change, so that a cache knows what it holds is old.</summary>
    long Generation { get; }

    T Read<T>(Func<IDirectoryReader, T> question);

    /// <summary>One transaction, durable when the task completes; undone where <paramref name="change"/> throws. One at a time.</summary>
    Task ChangeAsync(Func<IDirectoryWriter, Task> change, CancellationToken cancel);
}
