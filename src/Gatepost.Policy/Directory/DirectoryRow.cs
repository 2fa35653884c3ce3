namespace Gatepost.Policy.Directory;

/// <summary>What a listing shows.</summary>
public enum DirectoryKind
{
    Domain,
    Account,
    Alias,
    Forward,
    Block,
    Quota,
}

/// <summary>Which entries are wanted.</summary>
/// <param name="What">Of which kind.</param>
/// <param name="Domain">Only those in this domain; null for all.</param>
/// <param name="Name">Only this address, or this domain; null for all.</param>
public sealed record DirectoryQuestion(DirectoryKind What, string? Domain = null, string? Name = null);

/// <summary>An entry as listings and <c>--json</c> show it; only what applies is set. Times are UTC, sizes octets.</summary>
public sealed record DirectoryRow
{
    /// <summary>The address, the domain, or the pattern of a block.</summary>
    public required string Name { get; init; }

    /// <summary><c>configuration</c> or <c>directory</c>: where it is changed.</summary>
    public required string From { get; init; }

    public DomainKind? Kind { get; init; }

    public string? AliasOf { get; init; }

    public string? Deliver { get; init; }

    public string? CatchAll { get; init; }

    public string? Delimiter { get; init; }

    public IReadOnlyList<string>? Targets { get; init; }

    public bool? KeepsCopy { get; init; }

    /// <summary>Whether it has a password; the hash itself is never shown.</summary>
    public bool? CanLogIn { get; init; }

    public string? MovedTo { get; init; }

    public IReadOnlyList<string>? SendsAs { get; init; }

    /// <summary>Octets the mailbox may hold.</summary>
    public long? Quota { get; init; }

    /// <summary>Octets it holds.</summary>
    public long? QuotaUsed { get; init; }

    public int? RecipientsPerHour { get; init; }

    /// <summary>Recipients written to in the last 60 minutes.</summary>
    public long? RecipientsUsed { get; init; }

    public int? ReceivedPerHour { get; init; }

    /// <summary>Messages received in the last 60 minutes.</summary>
    public long? ReceivedUsed { get; init; }

    public IReadOnlyList<SuspensionRow>? Suspensions { get; init; }

    /// <summary>Number of a block.</summary>
    public long? Id { get; init; }

    public BlockSide? Side { get; init; }

    /// <summary>Whose mail a block is about.</summary>
    public string? For { get; init; }

    public string? Why { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether a block has run out.</summary>
    public bool? Expired { get; init; }

    /// <summary>Who wrote the entry last.</summary>
    public string? By { get; init; }

    public DateTimeOffset? At { get; init; }
}

/// <summary>One thing taken away.</summary>
public sealed record SuspensionRow(string What, string By, DateTimeOffset? Since, string Why, DateTimeOffset? Until, bool InForce);
