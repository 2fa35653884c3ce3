using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>This machine, whose programs write to <c>root</c> and to names at its host name.</summary>
/// <param name="Name">Its host name.</param>
/// <param name="Alias">Who gets mail for names that no mailbox has; null for the postmaster of the first hosted domain.</param>
public sealed record Machine(string Name, Mailbox? Alias)
{
    /// <summary>
    /// Resolves a recipient of the machine's own mail: a name at its host name is one of the first hosted domain, or the machine's alias.
    /// So what cron writes to root, and a bounce to it, always reaches a person. Recipients of mail from outside are not resolved so.
    /// </summary>
    public static async ValueTask<Resolution> ResolveAsync(IDirectory directory, Mailbox recipient, CancellationToken cancel)
    {
        if (directory.Machine is not { } machine || !machine.IsHere(recipient.Domain)
            || await directory.FindDomainAsync(recipient.Domain, cancel) is not null || directory.DefaultDomain is not { } domain)
            return await AliasExpansion.ResolveAsync(directory, recipient, cancel);

        if (Mailbox.TryParse($"{recipient.LocalPart}@{domain}", out var named)
            && await AliasExpansion.ResolveAsync(directory, named, cancel) is { Outcome: ResolutionOutcome.Found } found)
            return found;
        return await AliasExpansion.ResolveAsync(directory, machine.Alias ?? Mailbox.Parse($"postmaster@{domain}"), cancel);
    }

    private bool IsHere(string domain) =>
        domain.Equals(Name, StringComparison.OrdinalIgnoreCase) || domain.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || domain.Equals("localhost.localdomain", StringComparison.OrdinalIgnoreCase);
}
