using System.Globalization;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Changes the directory's tables: checks what is asked for, keeps who asked and when, and lets no forwarding loop be closed.</summary>
/// <remarks>A change is checked in the transaction that makes it, against tables and configuration together, so two at once cannot close a loop between them.</remarks>
/// <param name="tables">Where it is kept.</param>
/// <param name="configured">The configuration in force; what stands there is changed there.</param>
/// <param name="deliver">As <see cref="StoredDirectory"/> takes it.</param>
public sealed partial class DirectoryEditor(IDirectoryTables tables, Func<ConfiguredDirectory> configured, string deliver, TimeProvider time)
{
    /// <summary>Targets into a domain that are followed when that domain changes; a loop through one beyond them is caught when mail comes.</summary>
    private const int MaxFollowed = 10_000;

    /// <summary>Names looked through for a "did you mean".</summary>
    private const int MaxGuessed = 10_000;

    /// <summary>Makes a change.</summary>
    /// <returns>Done once it is durable; what cannot be done is told, with what to do instead.</returns>
    /// <exception cref="DirectoryUnavailableException">The tables cannot be written.</exception>
    public async Task<DirectoryAnswer> ApplyAsync(DirectoryChange change, CancellationToken cancel)
    {
        string done = "";
        try
        {
            await tables.ChangeAsync(async writer => done = await MakeAsync(writer, change, cancel), cancel);
            return new DirectoryAnswer(true, done);
        }
        catch (DirectoryRefusedException refused)
        {
            return new DirectoryAnswer(false, refused.Message);
        }
    }

    private async Task<string> MakeAsync(IDirectoryWriter writer, DirectoryChange change, CancellationToken cancel) => change switch
    {
        SetDomain set => await SetAsync(writer, set, cancel),
        RemoveDomain remove => await RemoveAsync(writer, remove, cancel),
        SetAccount set => await SetAsync(writer, set, cancel),
        SetAlias set => await SetAsync(writer, set, cancel),
        SetForward set => await SetAsync(writer, set, cancel),
        RemoveAddress remove => await RemoveAsync(writer, remove, cancel),
        Suspend suspend => await SuspendAsync(writer, suspend, cancel),
        Resume resume => await ResumeAsync(writer, resume, cancel),
        AddBlock block => Add(writer, block),
        RemoveBlock remove => Remove(writer, remove),
        _ => throw Refused($"{change.GetType().Name} is no change this server knows"),
    };

    private static DirectoryRefusedException Refused(string why) => new(why);

    private StoredDirectory View(IDirectorySource source) => new(configured(), source, deliver);

    private async Task<bool> IsConfiguredAsync(AddressKey address, CancellationToken cancel) =>
        await configured().FindAccountAsync(address, cancel) is not null || await configured().FindAliasAsync(address, cancel) is not null;

    /// <summary>An address with a domain that is hosted here, by whichever of the two.</summary>
    private async Task<(Mailbox Address, AddressKey Key)> OursAsync(IDirectoryReader reader, string text, CancellationToken cancel)
    {
        var address = Address(text);
        var key = AddressKey.Of(address);
        var domain = await View(reader).FindDomainAsync(key.Domain, cancel);
        if (domain is null)
            throw Refused($"{Shown(key.Domain)} is no domain here{Guess(reader, key.Domain)}: add it first by `gatepost domain add {Shown(key.Domain)}`");
        if (domain.Kind == DomainKind.Alias)
            throw Refused($"{domain.Name} stands for {domain.AliasOf}: make the change at {domain.AliasOf}");
        return (address, key);
    }

    private static Mailbox Address(string text) =>
        Mailbox.TryParse(text, out var address) && address!.Domain.Length > 0 && !address.IsAddressLiteral
            ? address
            : throw Refused($"\"{Shown(text)}\" is no address: write one such as ann@example.org");

    private static string DomainName(string text)
    {
        string name = AddressKey.ToAscii(text.TrimEnd('.')).ToLowerInvariant();
        return Smtp.DomainName.TryParse(name, out var domain) && domain.IsQualified && domain.IsAscii
            ? domain.ToString()
            : throw Refused($"\"{Shown(text)}\" is no domain: write one such as example.org");
    }

    private string Guess(IDirectoryReader reader, string name)
    {
        var known = configured().Domains.Take(MaxGuessed).Select(domain => domain.Name).Concat(reader.ListDomains("", MaxGuessed).Select(domain => domain.Name));
        return Spelling.Nearest(name, known) is { } near ? $" (did you mean {near}?)" : "";
    }

    /// <summary>Follows the addresses a change touched to their ends.</summary>
    private async Task CheckLoopsAsync(IDirectoryReader reader, IEnumerable<Mailbox> touched, CancellationToken cancel)
    {
        var view = View(reader);
        foreach (var address in touched)
        {
            var found = await AliasExpansion.ResolveAsync(view, address, cancel);
            if (found.Outcome == ResolutionOutcome.Loop)
                throw Refused($"mail would go round in a circle: {found.Drawn}. Nothing was changed; take one of these steps away first");
            if (found.Outcome == ResolutionOutcome.TooWide)
                throw Refused($"{address} would lead to more than {AliasExpansion.MaxRoutes} addresses, or through more than {AliasExpansion.MaxDepth} one behind the other. Nothing was changed");
        }
    }

    /// <summary>A change of a domain moves every address in it that nobody has: those others lead to, and one for all the rest.</summary>
    private static IEnumerable<Mailbox> AddressesIn(IDirectoryReader reader, string domain) =>
        reader.ListTargetsIn(domain, MaxFollowed).Select(Mailbox.Parse).Append(Mailbox.Parse("any-other-name@" + domain));

    private static int? Limit(int? wanted, int? now, string what) => wanted switch
    {
        null => now,
        -1 => null,
        >= 0 => wanted,
        _ => throw Refused(string.Create(CultureInfo.InvariantCulture, $"{what} cannot be {wanted}: give a number from 0 on, or none")),
    };

    private static string Shown(string text) => SafeText.Of(text, 100);

    private static string Subject(string text) => text.StartsWith('@') ? "@" + DomainName(text[1..]) : AddressKey.Of(Address(text)).ToString().ToLowerInvariant();
}
