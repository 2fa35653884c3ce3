using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Addresses;

/// <summary>Changes to <c>directory.db</c> within a transaction its owner begins and ends.</summary>
internal sealed class DirectoryWriting(Database database) : DirectoryReading(database), IDirectoryWriter
{
    private readonly Statement putDomain = database.Prepare("""
        INSERT INTO domain (name, kind, alias_of, deliver, catch_all, catch_all_domain, delimiter, recipients_per_hour, by, at, added)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, (SELECT 1 + COALESCE(MAX(added), 0) FROM domain))
        ON CONFLICT (name) DO UPDATE SET kind = ?2, alias_of = ?3, deliver = ?4, catch_all = ?5, catch_all_domain = ?6, delimiter = ?7,
            recipients_per_hour = ?8, by = ?9, at = ?10
        """);

    private readonly Statement putAddress = database.Prepare("""
        INSERT OR REPLACE INTO address
            (domain, local, written, is_alias, keeps_copy, password, moved_to, quota, recipients_per_hour, received_per_hour, by, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly Statement putTarget = database.Prepare(
        "INSERT INTO target (domain, local, idx, target, target_domain) VALUES (?, ?, ?, ?, ?)");
    private readonly Statement putLeave = database.Prepare("INSERT INTO leave (domain, local, idx, pattern) VALUES (?, ?, ?, ?)");
    private readonly Statement putSuspension = database.Prepare(
        "INSERT OR REPLACE INTO suspension (subject, what, by, since, why, until) VALUES (?, ?, ?, ?, ?, ?)");
    private readonly Statement dropSuspension = database.Prepare("DELETE FROM suspension WHERE subject = ? AND what = ?");
    private readonly Statement dropBlock = database.Prepare("DELETE FROM block WHERE id = ?");

    private readonly Statement putBlock = database.Prepare("""
        INSERT INTO block (side, pattern, scope, by, since, why, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (side, pattern, scope) DO UPDATE SET by = ?4, since = ?5, why = ?6, until = ?7
        RETURNING id
        """);

    private readonly Statement[] dropAddress =
    [
        database.Prepare("DELETE FROM target WHERE domain = ? AND local = ?"),
        database.Prepare("DELETE FROM leave WHERE domain = ? AND local = ?"),
        database.Prepare("DELETE FROM address WHERE domain = ? AND local = ?"),
    ];

    private readonly Statement[] dropDomain =
    [
        database.Prepare("DELETE FROM target WHERE domain = ?"),
        database.Prepare("DELETE FROM leave WHERE domain = ?"),
        database.Prepare("DELETE FROM suspension WHERE subject IN (SELECT local || '@' || domain FROM address WHERE domain = ?)"),
        database.Prepare("DELETE FROM address WHERE domain = ?"),
        database.Prepare("DELETE FROM suspension WHERE subject = '@' || ?"),
        database.Prepare("DELETE FROM domain WHERE name = ?"),
    ];

    public bool InTransaction => Database.InTransaction;

    public void Run(string sql) => Database.Run(sql);

    public void Put(DomainEntry domain) => putDomain
        .Add(domain.Name).Add((long)domain.Kind).Add(domain.AliasOf).Add(domain.Deliver)
        .Add(domain.CatchAll).Add(domain.CatchAll is { } all ? DomainOf(AddressKey.Of(Mailbox.Parse(all))) : null)
        .Add(domain.Delimiter?.ToString()).Add(domain.RecipientsPerHour).Add(domain.By).Add(domain.At.ToUnixTimeMilliseconds())
        .Run();

    public void RemoveDomain(string name)
    {
        foreach (var statement in dropDomain)
            statement.Add(name).Run();
    }

    public void Put(AddressEntry address)
    {
        var key = AddressKey.Of(Mailbox.Parse(address.Address));
        (string domain, string local) = (DomainOf(key), LocalOf(key));
        foreach (var statement in dropAddress)
            statement.Add(domain).Add(local).Run();

        putAddress
            .Add(domain).Add(local).Add(address.Address).Add(address.IsAlias ? 1L : 0L).Add(address.KeepsCopy ? 1L : 0L)
            .Add(address.Password).Add(address.MovedTo).Add(address.Quota).Add(address.RecipientsPerHour).Add(address.ReceivedPerHour)
            .Add(address.By).Add(address.At.ToUnixTimeMilliseconds())
            .Run();
        for (int i = 0; i < address.Targets.Count; i++)
            putTarget.Add(domain).Add(local).Add(i).Add(address.Targets[i]).Add(DomainOf(AddressKey.Of(Mailbox.Parse(address.Targets[i]))))
                .Run();
        for (int i = 0; i < address.SendsAs.Count; i++)
            putLeave.Add(domain).Add(local).Add(i).Add(address.SendsAs[i]).Run();
    }

    public void RemoveAddress(AddressKey address)
    {
        foreach (var statement in dropAddress)
            statement.Add(DomainOf(address)).Add(LocalOf(address)).Run();
        foreach (var what in new[] { Suspended.Receiving, Suspended.Sending, Suspended.Login })
            Resume(address.ToString().ToLowerInvariant(), what);
    }

    public void Suspend(string subject, Suspension suspension) => putSuspension
        .Add(subject).Add((long)suspension.What).Add(suspension.By).Add(suspension.Since.ToUnixTimeMilliseconds()).Add(suspension.Why)
        .Add(Ticks(suspension.Until))
        .Run();

    public bool Resume(string subject, Suspended what) => dropSuspension.Add(subject).Add((long)what).Run() > 0;

    public long Put(Block block)
    {
        putBlock.Add((long)block.Side).Add(block.Pattern).Add(block.Scope ?? "").Add(block.By).Add(block.Since.ToUnixTimeMilliseconds())
            .Add(block.Why).Add(Ticks(block.Until));
        putBlock.Step();
        long id = putBlock.Long(0);
        // To its end: what RETURNING left unread would stay undone.
        while (putBlock.Step())
        {
        }

        return id;
    }

    public bool RemoveBlock(long id) => dropBlock.Add(id).Run() > 0;
}
