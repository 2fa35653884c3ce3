using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>What every change is checked against: tables and configuration together, and that no address leads back to itself.</summary>
/// <param name="configured">The configuration in force.</param>
/// <param name="deliver">As <see cref="StoredDirectory"/> takes it.</param>
internal sealed class DirectoryChecks(Func<ConfiguredDirectory> configured, string deliver)
{
    /// <summary>
    /// Targets into a domain that are followed when that domain changes; a loop through one beyond them is caught when mail comes.
    /// </summary>
    public const int MaxFollowed = 10_000;

    /// <summary>Names looked through for a "did you mean".</summary>
    private const int MaxGuessed = 10_000;

    /// <summary>Whether a domain is in the configuration, which is changed there and not here.</summary>
    public async Task<bool> IsConfiguredAsync(string domain, CancellationToken cancel) =>
        await configured().FindDomainAsync(domain, cancel) is not null;

    public StoredDirectory View(IDirectorySource source) => new(configured(), source, deliver);

    public async Task<bool> IsConfiguredAsync(AddressKey address, CancellationToken cancel) =>
        await configured().FindAccountAsync(address, cancel) is not null || await configured().FindAliasAsync(address, cancel) is not null;

    /// <summary>An address with a domain that is hosted here, by either of the two.</summary>
    public async Task<(Mailbox Address, AddressKey Key)> OursAsync(IDirectoryReader reader, string text, CancellationToken cancel)
    {
        var address = Address(text);
        var key = AddressKey.Of(address);
        var domain = await View(reader).FindDomainAsync(key.Domain, cancel);
        if (domain is null)
        {
            string name = Shown(key.Domain);
            throw Refused(OurEvidence.DomainNotHereAddFirst.Say(name, Guess(reader, key.Domain)));
        }

        if (domain.Kind == DomainKind.Alias)
            throw Refused(OurEvidence.ChangeAtOtherDomain.Say(domain.Name, domain.AliasOf));
        return (address, key);
    }

    public Finding? Guess(IDirectoryReader reader, string name)
    {
        var stored = reader.ListDomains("", MaxGuessed).Select(domain => domain.Name);
        var known = configured().Domains.Take(MaxGuessed).Select(domain => domain.Name).Concat(stored);
        return Spelling.Nearest(name, known) is { } near ? OurEvidence.DidYouMean.Say(near) : null;
    }

    /// <summary>Follows the addresses a change touched to their ends.</summary>
    public async Task CheckLoopsAsync(IDirectoryReader reader, IEnumerable<Mailbox> touched, CancellationToken cancel)
    {
        var view = View(reader);
        foreach (var address in touched)
        {
            var found = await AliasExpansion.ResolveAsync(view, address, cancel);
            if (found.Outcome == ResolutionOutcome.Loop)
                throw Refused(OurEvidence.WouldLoop.Say(found.Drawn));
            if (found.Outcome == ResolutionOutcome.TooWide)
            {
                throw Refused(OurEvidence.WouldBeTooWide.Say($"{address}", AliasExpansion.MaxRoutes, AliasExpansion.MaxDepth));
            }
        }
    }

    /// <summary>
    /// A change of a domain moves every address in it that does not exist: those others lead to, and one for all the rest.
    /// </summary>
    public static IEnumerable<Mailbox> AddressesIn(IDirectoryReader reader, string domain) =>
        reader.ListTargetsIn(domain, MaxFollowed).Select(Mailbox.Parse).Append(Mailbox.Parse("any-other-name@" + domain));

    public static Finding? GuessName(IDirectoryReader reader, AddressKey key, bool isAlias)
    {
        var names = reader.ListAddresses(key.Domain.ToLowerInvariant(), default, MaxGuessed)
            .Where(entry => entry.IsAlias == isAlias)
            .Select(entry => entry.Address);
        return Spelling.Nearest(key.ToString(), names) is { } near ? OurEvidence.DidYouMean.Say(near) : null;
    }
}
