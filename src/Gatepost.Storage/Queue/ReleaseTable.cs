using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>
/// Which messages in quarantine were released to which recipients. Written in the commit that puts them into the queue, so that a crash
/// before the quarantine forgets a message cannot make the next release deliver it twice.
/// </summary>
internal sealed class ReleaseTable(Database database)
{
    private readonly Statement find = database.Prepare("SELECT 1 FROM released WHERE source=? AND recipient=?");
    private readonly Statement insert = database.Prepare("INSERT OR IGNORE INTO released (source, recipient, message) VALUES (?,?,?)");
    private readonly Statement undo = database.Prepare("DELETE FROM released WHERE message=?");
    private readonly Statement forget = database.Prepare("DELETE FROM released WHERE source=?");

    /// <summary>Records a release.</summary>
    /// <returns>False, and nothing recorded, where one of the recipients has had it.</returns>
    public bool TryAdd(string source, NewMessage message)
    {
        foreach (var recipient in message.Envelope.Recipients)
        {
            if (!find.Add(source).Add(recipient.Address.ToString()).Step())
                continue;
            find.Reset();
            return false;
        }

        foreach (var recipient in message.Envelope.Recipients)
            insert.Add(source).Add(recipient.Address.ToString()).Add(message.Id).Run();
        return true;
    }

    /// <summary>For a message that was taken out of the queue because its commit was refused.</summary>
    public void Undo(long message) => undo.Add(message).Run();

    /// <summary>For a message that has left the quarantine.</summary>
    /// <returns>Recipients it was released to.</returns>
    public int Forget(string source) => forget.Add(source).Run();

    public static HashSet<string> Recipients(Database database, string source)
    {
        using var recipients = database.PrepareApart("SELECT recipient FROM released WHERE source=?");
        var found = new HashSet<string>(StringComparer.Ordinal);
        recipients.Add(source);
        while (recipients.Step())
            found.Add(recipients.Text(0));
        return found;
    }
}
