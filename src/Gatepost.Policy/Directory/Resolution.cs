using Gatepost.MailAuth.Srs;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>What the directory makes of a recipient.</summary>
public enum ResolutionOutcome
{
    /// <summary>The domain is not ours; the one route leads elsewhere.</summary>
    Foreign,

    /// <summary>It is ours and leads somewhere.</summary>
    Found,

    /// <summary>The domain is hosted here and has no such address.</summary>
    Unknown,

    /// <summary>Aliases or forwards lead back to where they came from.</summary>
    Loop,

    /// <summary>Aliases lead to more addresses, or through more of them, than anybody can mean.</summary>
    TooWide,

    /// <summary>It has the form of a sender that we rewrote, and cannot be undone.</summary>
    BadReturnAddress,
}

/// <summary>A recipient followed through aliases and forwards to the end.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Domain">The domain of the address as asked; null if it is not ours.</param>
/// <param name="Routes">Where copies go; empty unless found or foreign.</param>
/// <param name="Accounts">Mailboxes of ours among the routes.</param>
/// <param name="Path">The addresses passed through, first to last; for a loop it ends where it closes: <c>a, b, a</c>.</param>
public sealed record Resolution(
    ResolutionOutcome Outcome,
    Domain? Domain,
    IReadOnlyList<Route> Routes,
    IReadOnlyList<Account> Accounts,
    IReadOnlyList<string> Path)
{
    /// <summary>The reading of a rewritten sender that cannot be undone; null otherwise.</summary>
    public SrsReading? ReturnFault { get; init; }

    /// <summary>Whether the address is a rewritten sender of ours that was undone: it takes bounces only.</summary>
    public bool IsReturnAddress { get; init; }

    /// <summary><c>a@x -> b@x -> a@x</c>, for evidence.</summary>
    public string Drawn => string.Join(" -> ", Path);
}
