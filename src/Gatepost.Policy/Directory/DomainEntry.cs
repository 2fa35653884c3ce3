namespace Gatepost.Policy.Directory;

/// <summary>A domain as the directory's tables keep it. Addresses and destinations are text: the tables decide nothing.</summary>
public sealed record DomainEntry
{
    /// <summary>In A-labels and lower case.</summary>
    public required string Name { get; init; }

    public DomainKind Kind { get; init; }

    /// <summary>For <see cref="DomainKind.Alias"/>: the domain it leads to.</summary>
    public string? AliasOf { get; init; }

    /// <summary>
    /// How its mail is delivered, as <see cref="Domain.Deliver"/>; null: the server's own way for hosted domains, transport table and MX
    /// for relayed ones.
    /// </summary>
    public string? Deliver { get; init; }

    /// <summary>The address that gets mail for names that do not exist; null if they are refused.</summary>
    public string? CatchAll { get; init; }

    /// <summary>Divides name and detail; null if there is no such thing.</summary>
    public char? Delimiter { get; init; } = '+';

    /// <summary>Recipients its users together may write to in 60 minutes; null is the general limit.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>Who wrote the entry last.</summary>
    public string By { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

/// <summary>An address as the directory's tables keep it: a mailbox, or an alias where <see cref="IsAlias"/>.</summary>
public sealed record AddressEntry
{
    /// <summary>As it was written when it was added.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it only leads to its <see cref="Targets"/>.</summary>
    public bool IsAlias { get; init; }

    /// <summary>Of an alias: where its mail goes. Of a mailbox: where copies of its mail go.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Of a mailbox with targets: whether a copy stays here.</summary>
    public bool KeepsCopy { get; init; } = true;

    /// <summary>What proves the password; null if it cannot log in.</summary>
    public string? Password { get; init; }

    public string? MovedTo { get; init; }

    /// <summary>Octets; null is without limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Recipients in 60 minutes; null is the general limit.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>Messages received in 60 minutes; null is the general limit.</summary>
    public int? ReceivedPerHour { get; init; }

    /// <summary>Further addresses, or <c>@domain</c>, it may send as.</summary>
    public IReadOnlyList<string> SendsAs { get; init; } = [];

    public string By { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

/// <summary>A row of the block table.</summary>
/// <param name="Id">Its number, for removing it.</param>
/// <param name="Block">What it says.</param>
public sealed record BlockEntry(long Id, Block Block);
