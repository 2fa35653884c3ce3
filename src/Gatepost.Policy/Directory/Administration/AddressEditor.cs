using Gatepost.Policy.Auth;
using Gatepost.Replies;
using Gatepost.Smtp;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes mailboxes, aliases and forwards.</summary>
internal sealed class AddressEditor(DirectoryChecks checks, TimeProvider time)
{
    private const int MaxTargets = 1_000;

    private const int MaxGrants = 1_000;

    public async Task<Finding> SetAsync(IDirectoryWriter writer, SetAccount set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        if (set.IsNew)
            CheckMailboxName(address);
        var old = await FindAsync(writer, key, set.IsNew, isAlias: false, cancel);
        if (set.Password is { Length: > 0 } proof && StoredPassword.Parse(proof) is null)
            throw Refused(OurEvidence.PasswordIsNoHash.Say());

        var entry = (old ?? new AddressEntry { Address = address.ToString() }) with
        {
            Password = set.Password switch { null => old?.Password, "" => null, var hash => hash },
            MovedTo = set.MovedTo switch { null => old?.MovedTo, "" => null, var there => Address(there).ToString() },
            Quota = set.Quota switch
            {
                null => old?.Quota,
                -1 => null,
                >= 0 => set.Quota,
                _ => throw Refused(OurEvidence.MailboxQuotaUnusable.Say(set.Quota.Value)),
            },
            RecipientsPerHour = Limit(set.RecipientsPerHour, old?.RecipientsPerHour, OurEvidence.HourlyQuotaUnusable),
            ReceivedPerHour = Limit(set.ReceivedPerHour, old?.ReceivedPerHour, OurEvidence.ReceivedQuotaUnusable),
            SendsAs = Granted(old?.SendsAs ?? [], set),
            By = set.By,
            At = time.GetUtcNow(),
        };
        writer.Put(entry);
        if (set.IsNew)
            await checks.CheckLoopsAsync(writer, [address], cancel);
        string name = key.ToString();
        return (set.IsNew, entry.Password) switch
        {
            (true, null) => OurEvidence.AccountAddedNoPassword.Say(name),
            (true, _) => OurEvidence.AccountAdded.Say(name),
            (false, null) => OurEvidence.AccountChangedNoPassword.Say(name),
            _ => OurEvidence.AccountChanged.Say(name),
        };
    }

    private static void CheckMailboxName(Mailbox address)
    {
        if (!Account.CanName(address.LocalPart))
            throw Refused(OurEvidence.MailboxNameUnusable.Say(Shown(address.LocalPart), Account.MaxName));
    }

    private static List<string> Granted(IReadOnlyList<string> now, SetAccount set)
    {
        var grants = now.ToList();
        foreach (string other in set.Grant)
        {
            string written = Subject(other);
            if (!grants.Contains(written))
                grants.Add(written);
        }

        foreach (string other in set.Revoke)
        {
            if (grants.RemoveAll(known => known.Equals(other, StringComparison.OrdinalIgnoreCase)) == 0)
                throw Refused(OurEvidence.NoSuchGrant.Say(Shown(set.Address), Shown(other)));
        }

        return grants.Count <= MaxGrants
            ? grants
            : throw Refused(OurEvidence.TooManyGrants.Say(Shown(set.Address), grants.Count, MaxGrants));
    }

    public async Task<Finding> SetAsync(IDirectoryWriter writer, SetAlias set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        var old = await FindAsync(writer, key, set.IsNew, isAlias: true, cancel);
        var targets = Targets(set.Targets);
        if (targets.Count == 0)
            throw Refused(OurEvidence.AliasWithoutTarget.Say(set.IsNew ? "add" : "set", key.ToString()));

        writer.Put(new AddressEntry
        {
            Address = old?.Address ?? address.ToString(),
            IsAlias = true,
            Targets = targets,
            By = set.By,
            At = time.GetUtcNow(),
        });
        await CheckTargetsAsync(writer, targets, cancel);
        await checks.CheckLoopsAsync(writer, [address], cancel);
        return OurEvidence.LeadsTo.Say(key.ToString(), targets);
    }

    public async Task<Finding> SetAsync(IDirectoryWriter writer, SetForward set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        var old = await FindAsync(writer, key, isNew: false, isAlias: false, cancel);
        var targets = old!.Targets.ToList();
        foreach (string gone in set.Remove)
        {
            var wanted = AddressKey.Of(Address(gone));
            if (targets.RemoveAll(target => AddressKey.Of(Mailbox.Parse(target)) == wanted) == 0)
            {
                throw Refused(targets.Count == 0 ? OurEvidence.ForwardsNowhere.Say(key.ToString(), Shown(gone))
                    : OurEvidence.ForwardsElsewhere.Say(key.ToString(), Shown(gone), targets));
            }
        }

        var added = Targets(set.Add);
        targets = Targets([.. targets, .. added]);
        writer.Put(old with
        {
            Targets = targets,
            KeepsCopy = targets.Count == 0 || (set.KeepsCopy ?? old.KeepsCopy),
            By = set.By,
            At = time.GetUtcNow(),
        });
        await CheckTargetsAsync(writer, added, cancel);
        await checks.CheckLoopsAsync(writer, [address], cancel);
        return targets.Count == 0 ? OurEvidence.ForwardRemoved.Say(key.ToString())
            : set.KeepsCopy ?? old.KeepsCopy ? OurEvidence.ForwardsWithCopy.Say(key.ToString(), targets)
            : OurEvidence.ForwardsWithoutCopy.Say(key.ToString(), targets);
    }

    public async Task<Finding> RemoveAsync(IDirectoryWriter writer, RemoveAddress remove, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, remove.Address, cancel);
        await FindAsync(writer, key, isNew: false, remove.IsAlias, cancel);
        writer.RemoveAddress(key);
        // Mail for the name may now fall to a catch-all that led to it.
        await checks.CheckLoopsAsync(writer, [address], cancel);
        return remove.IsAlias ? OurEvidence.AliasRemoved.Say(key.ToString()) : OurEvidence.AccountRemoved.Say(key.ToString());
    }

    /// <summary>What the tables have at an address, in line with what the change expects to find.</summary>
    private async Task<AddressEntry?> FindAsync(IDirectoryReader reader, AddressKey key, bool isNew, bool isAlias, CancellationToken cancel)
    {
        if (await checks.IsConfiguredAsync(key, cancel))
            throw Refused(OurEvidence.ChangeInConfiguration.Say(key.ToString()));
        var old = reader.FindAddress(key);
        string kind = isAlias ? "alias" : "account";
        if (old is not null && old.IsAlias != isAlias)
            throw OtherKind(key, old, isNew, isAlias);
        if (isNew && old is not null)
            throw Refused(OurEvidence.AddressIsThere.Say(key.ToString(), kind));
        if (!isNew && old is null)
        {
            var guess = DirectoryChecks.GuessName(reader, key, isAlias);
            throw Refused(
                isAlias ? OurEvidence.AliasNotHere.Say(key.ToString(), guess) : OurEvidence.MailboxNotHere.Say(key.ToString(), guess));
        }

        return old;
    }

    private static DirectoryRefusedException OtherKind(AddressKey key, AddressEntry old, bool isNew, bool isAlias)
    {
        string name = key.ToString();
        return Refused((old.IsAlias, isNew) switch
        {
            (true, true) => OurEvidence.IsAliasRemoveFirst.Say(name),
            (true, false) => OurEvidence.IsAliasUseAlias.Say(name),
            (false, true) when isAlias => OurEvidence.IsMailboxForward.Say(name),
            (false, true) => OurEvidence.AddressIsThere.Say(name, "account"),
            _ => OurEvidence.IsMailboxUseAccount.Say(name),
        });
    }

    private static List<string> Targets(IReadOnlyList<string> written)
    {
        var targets = written.Select(Address).DistinctBy(AddressKey.Of).Select(target => target.ToString()).ToList();
        if (targets.Count > MaxTargets)
        {
            throw Refused(OurEvidence.TooManyTargets.Say(targets.Count, MaxTargets));
        }

        return targets;
    }

    /// <summary>A target that does not exist in a domain of ours would lose the copy.</summary>
    private async Task CheckTargetsAsync(IDirectoryReader reader, IReadOnlyList<string> targets, CancellationToken cancel)
    {
        var view = checks.View(reader);
        foreach (string target in targets)
        {
            if ((await AliasExpansion.ResolveAsync(view, Mailbox.Parse(target), cancel)).Outcome == ResolutionOutcome.Unknown)
                throw Refused(OurEvidence.TargetNotHere.Say(target));
        }
    }
}
