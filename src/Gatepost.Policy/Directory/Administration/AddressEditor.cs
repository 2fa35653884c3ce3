using Gatepost.Policy.Auth;
using Gatepost.Smtp;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes mailboxes, aliases and forwards.</summary>
internal sealed class AddressEditor(DirectoryChecks checks, TimeProvider time)
{
    private const int MaxTargets = 1_000;

    private const int MaxGrants = 1_000;

    public async Task<string> SetAsync(IDirectoryWriter writer, SetAccount set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        if (set.IsNew)
            CheckMailboxName(address);
        var old = await FindAsync(writer, key, set.IsNew, isAlias: false, cancel);
        if (set.Password is { Length: > 0 } proof && StoredPassword.Parse(proof) is null)
            throw Refused("the password did not come as a hash: use `gatepost account password`, which makes one");

        var entry = (old ?? new AddressEntry { Address = address.ToString() }) with
        {
            Password = set.Password switch { null => old?.Password, "" => null, var hash => hash },
            MovedTo = set.MovedTo switch { null => old?.MovedTo, "" => null, var there => Address(there).ToString() },
            Quota = set.Quota switch
            {
                null => old?.Quota,
                -1 => null,
                >= 0 => set.Quota,
                _ => throw Refused($"a mailbox cannot hold {set.Quota} octets: give a size such as 2GB, or none"),
            },
            RecipientsPerHour = Limit(set.RecipientsPerHour, old?.RecipientsPerHour, "the hourly quota"),
            ReceivedPerHour = Limit(set.ReceivedPerHour, old?.ReceivedPerHour, "the number of messages received in an hour"),
            SendsAs = Granted(old?.SendsAs ?? [], set),
            By = set.By,
            At = time.GetUtcNow(),
        };
        writer.Put(entry);
        if (set.IsNew)
            await checks.CheckLoopsAsync(writer, [address], cancel);
        string login = entry.Password is null ? "; nobody can log in to it until `gatepost account password` gives it a password" : "";
        return $"{key} {(set.IsNew ? "added" : "changed")}{login}";
    }

    private static void CheckMailboxName(Mailbox address)
    {
        if (!Account.CanName(address.LocalPart))
            throw Refused(
                $"{Shown(address.LocalPart)} cannot name a mailbox: take letters, digits and . - _ +, at most "
                + $"{Account.MaxName} characters");
    }

    private static List<string> Granted(IReadOnlyList<string> now, SetAccount set)
    {
        var leaves = now.ToList();
        foreach (string leave in set.Grant)
        {
            string written = Subject(leave);
            if (!leaves.Contains(written))
                leaves.Add(written);
        }

        foreach (string leave in set.Revoke)
        {
            if (leaves.RemoveAll(known => known.Equals(leave, StringComparison.OrdinalIgnoreCase)) == 0)
                throw Refused($"{set.Address} has no leave to send as {Shown(leave)}");
        }

        return leaves.Count <= MaxGrants
            ? leaves
            : throw Refused($"{set.Address} would have leave for {leaves.Count} addresses; the most is {MaxGrants}: grant @domain instead");
    }

    public async Task<string> SetAsync(IDirectoryWriter writer, SetAlias set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        var old = await FindAsync(writer, key, set.IsNew, isAlias: true, cancel);
        var targets = Targets(set.Targets);
        if (targets.Count == 0)
            throw Refused($"an alias must lead somewhere: `gatepost alias {(set.IsNew ? "add" : "set")} {key} ann@example.org`");

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
        return $"{key} -> {string.Join(", ", targets)}";
    }

    public async Task<string> SetAsync(IDirectoryWriter writer, SetForward set, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, set.Address, cancel);
        var old = await FindAsync(writer, key, isNew: false, isAlias: false, cancel);
        var targets = old!.Targets.ToList();
        foreach (string gone in set.Remove)
        {
            var wanted = AddressKey.Of(Address(gone));
            if (targets.RemoveAll(target => AddressKey.Of(Mailbox.Parse(target)) == wanted) == 0)
            {
                string instead = targets.Count == 0 ? "" : $": it forwards to {string.Join(", ", targets)}";
                throw Refused($"{key} does not forward to {Shown(gone)}{instead}");
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
        return targets.Count == 0
            ? $"{key} forwards nowhere; its mail stays in its mailbox"
            : $"{key} -> {string.Join(", ", targets)}{((set.KeepsCopy ?? old.KeepsCopy) ? ", a copy stays" : ", no copy stays")}";
    }

    public async Task<string> RemoveAsync(IDirectoryWriter writer, RemoveAddress remove, CancellationToken cancel)
    {
        var (address, key) = await checks.OursAsync(writer, remove.Address, cancel);
        await FindAsync(writer, key, isNew: false, remove.IsAlias, cancel);
        writer.RemoveAddress(key);
        // Mail for the name may now fall to a catch-all that led to it.
        await checks.CheckLoopsAsync(writer, [address], cancel);
        return remove.IsAlias ? $"alias {key} removed" : $"{key} removed; its stored mail was not touched";
    }

    /// <summary>What the tables have at an address, in line with what the change expects to find.</summary>
    private async Task<AddressEntry?> FindAsync(IDirectoryReader reader, AddressKey key, bool isNew, bool isAlias, CancellationToken cancel)
    {
        if (await checks.IsConfiguredAsync(key, cancel))
            throw Refused($"{key} stands in the configuration: change it there, then run `gatepost reload`");
        var old = reader.FindAddress(key);
        string kind = isAlias ? "alias" : "account";
        if (old is not null && old.IsAlias != isAlias)
            throw OtherKind(key, old, isNew, isAlias);
        if (isNew && old is not null)
            throw Refused($"{key} is there already: `gatepost {kind} set {key}` changes it");
        if (!isNew && old is null)
        {
            string guess = DirectoryChecks.GuessName(reader, key, isAlias);
            throw Refused($"there is no {(isAlias ? "alias" : "mailbox")} {key}{guess}: `gatepost {kind} add {key}` adds it");
        }

        return old;
    }

    private static DirectoryRefusedException OtherKind(AddressKey key, AddressEntry old, bool isNew, bool isAlias)
    {
        string command = old.IsAlias ? "alias" : "account";
        string way = isNew ? $"remove it first by `gatepost {command} remove {key}`" : $"use `gatepost {command}`";
        string forward = isAlias && isNew ? ", or let it forward by `gatepost forward add`" : "";
        return Refused($"{key} is {(old.IsAlias ? "an alias" : "a mailbox")}: {way}{forward}");
    }

    private static List<string> Targets(IReadOnlyList<string> written)
    {
        var targets = written.Select(Address).DistinctBy(AddressKey.Of).Select(target => target.ToString()).ToList();
        if (targets.Count > MaxTargets)
        {
            throw Refused(
                $"{targets.Count} targets are too many for one address; the most is {MaxTargets}: "
                + "a mailing list does this better");
        }

        return targets;
    }

    /// <summary>A target in a domain of ours that nobody has would lose the copy.</summary>
    private async Task CheckTargetsAsync(IDirectoryReader reader, IReadOnlyList<string> targets, CancellationToken cancel)
    {
        var view = checks.View(reader);
        foreach (string target in targets)
        {
            if ((await AliasExpansion.ResolveAsync(view, Mailbox.Parse(target), cancel)).Outcome == ResolutionOutcome.Unknown)
                throw Refused($"{target} does not exist here: add it first, or correct the address");
        }
    }
}
