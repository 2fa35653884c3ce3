using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Looks keys up in all files, newest first, by their indexes.</summary>
/// <param name="folder">The journal's folder.</param>
/// <param name="openFile">
/// The index of a file not closed yet, where the caller has it in memory; asked with its number and the key's hash.
/// </param>
internal sealed class JournalSearch(string folder, Func<long, ulong, List<uint>?> openFile) : IJournalSource
{
    private readonly List<JournalFile> files = JournalFile.All(folder);

    public List<JournalEvent> Find(string key, int max)
    {
        ulong hash = JournalKeys.Hash(key);
        var found = new List<JournalEvent>();
        for (int i = files.Count - 1; i >= 0 && found.Count < max; i--)
            AddFrom(files[i], key, hash, max, found);
        found.Reverse();
        return found;
    }

    private void AddFrom(JournalFile file, string key, ulong hash, int max, List<JournalEvent> found)
    {
        try
        {
            var blocks = BlocksOf(file, hash);
            for (int i = blocks.Count - 1; i >= 0 && found.Count < max; i--)
            {
                var records = file.Read(blocks[i]);
                for (int j = records.Count - 1; j >= 0 && found.Count < max; j--)
                {
                    if (Has(records[j], key))
                        found.Add(records[j]);
                }
            }
        }
        catch (FileNotFoundException)
        {
            // It was too old just now.
        }
    }

    private List<uint> BlocksOf(JournalFile file, ulong hash)
    {
        if (openFile(file.Number, hash) is { } known)
            return known;
        if (JournalIndex.Read(file.IndexPath) is { } index)
            return index.Find(file.IndexPath, hash);
        return [.. file.Scan().Entries.Where(entry => entry.Key == hash).Select(entry => entry.Block)];
    }

    private static bool Has(JournalEvent record, string key) =>
        Is(record.Session, key) || Is(record.QueueId, key) || Is(record.VerdictId, key)
        || (record.Peer is { } peer && Is(JournalKeys.Of(peer), key))
        || IsAddress(record.Sender, key) || IsAddress(record.Recipient, key);

    private static bool Is(string? value, string key) => key.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsAddress(string? address, string key) =>
        address is not null && (
            Is(address, key) || (key.StartsWith('@') && JournalKeys.DomainOf(address).Equals(key, StringComparison.OrdinalIgnoreCase)));
}
