using System.Text.Json.Serialization;
using Gatepost.Replies;

namespace Gatepost.Policy.Directory;

/// <summary>
/// Something an administrator wants changed in the directory. A null leaves what is there; −1 and the empty text take it away.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "change")]
[JsonDerivedType(typeof(SetDomain), "domain")]
[JsonDerivedType(typeof(RemoveDomain), "domain-remove")]
[JsonDerivedType(typeof(SetAccount), "account")]
[JsonDerivedType(typeof(SetAlias), "alias")]
[JsonDerivedType(typeof(SetForward), "forward")]
[JsonDerivedType(typeof(RemoveAddress), "address-remove")]
[JsonDerivedType(typeof(Suspend), "suspend")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(AddBlock), "block")]
[JsonDerivedType(typeof(RemoveBlock), "block-remove")]
public abstract record DirectoryChange
{
    /// <summary>Who wants it, for the record.</summary>
    public string By { get; init; } = "";
}

/// <summary>Adds a domain or changes one.</summary>
/// <param name="Name">The domain.</param>
/// <param name="IsNew">Whether it must not be there yet; otherwise it must.</param>
public sealed record SetDomain(string Name, bool IsNew) : DirectoryChange
{
    public DomainKind? Kind { get; init; }

    public string? AliasOf { get; init; }

    public string? Deliver { get; init; }

    public string? CatchAll { get; init; }

    /// <summary>One character.</summary>
    public string? Delimiter { get; init; }

    public int? RecipientsPerHour { get; init; }
}

/// <param name="Name">The domain.</param>
/// <param name="WithAddresses">Whether its mailboxes and aliases go with it; otherwise it must have none.</param>
public sealed record RemoveDomain(string Name, bool WithAddresses) : DirectoryChange;

/// <summary>Adds a mailbox or changes one.</summary>
public sealed record SetAccount(string Address, bool IsNew) : DirectoryChange
{
    /// <summary>As <c>gatepost password</c> prints it; never the password itself.</summary>
    public string? Password { get; init; }

    public string? MovedTo { get; init; }

    public long? Quota { get; init; }

    public int? RecipientsPerHour { get; init; }

    public int? ReceivedPerHour { get; init; }

    /// <summary>Addresses or <c>@domain</c> it may send as from now on.</summary>
    public IReadOnlyList<string> Grant { get; init; } = [];

    /// <summary>Those it may no longer.</summary>
    public IReadOnlyList<string> Revoke { get; init; } = [];
}

/// <summary>Adds an alias or changes one.</summary>
/// <param name="Address">The alias.</param>
/// <param name="IsNew">Whether it must not be there yet; otherwise it must.</param>
/// <param name="Targets">Where its mail goes, all of it: 1 to 1,000 addresses.</param>
public sealed record SetAlias(string Address, bool IsNew, IReadOnlyList<string> Targets) : DirectoryChange;

/// <summary>Sends copies of a mailbox's mail on, or no longer.</summary>
public sealed record SetForward(string Address) : DirectoryChange
{
    public IReadOnlyList<string> Add { get; init; } = [];

    public IReadOnlyList<string> Remove { get; init; } = [];

    public bool? KeepsCopy { get; init; }
}

/// <param name="Address">A mailbox or an alias.</param>
/// <param name="IsAlias">Which of the two is meant.</param>
public sealed record RemoveAddress(string Address, bool IsAlias) : DirectoryChange;

/// <param name="Subject">A mailbox, or <c>@domain</c>.</param>
/// <param name="What">What is taken away.</param>
/// <param name="Why">For the record.</param>
/// <param name="Until">Null: until resumed.</param>
public sealed record Suspend(string Subject, Suspended What, string Why, DateTimeOffset? Until) : DirectoryChange;

public sealed record Resume(string Subject, Suspended What) : DirectoryChange;

/// <param name="Side">Senders or recipients.</param>
/// <param name="Pattern">As <see cref="Block.Pattern"/>.</param>
/// <param name="For">As <see cref="Block.Scope"/>.</param>
/// <param name="Why">For the record.</param>
/// <param name="Until">Null: until removed.</param>
public sealed record AddBlock(BlockSide Side, string Pattern, string? For, string Why, DateTimeOffset? Until) : DirectoryChange;

/// <param name="Which">Its number, or its pattern where only one block has that.</param>
public sealed record RemoveBlock(string Which) : DirectoryChange;

/// <summary>What became of a change.</summary>
/// <param name="Done">Whether it is made, and durable.</param>
/// <param name="Message">One sentence for a person: what was done, or why not and what to do instead.</param>
public sealed record DirectoryAnswer(bool Done, Finding Message);

/// <summary>A change cannot be made; the message says why and what to do instead.</summary>
public sealed class DirectoryRefusedException(Finding why) : Exception(why.ToString())
{
    public Finding Why { get; } = why;
}
