using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Looks keys up in all files, newest first, by their indexes.</summary>
internal sealed class JournalSearch(JournalFiles files) : IJournalSource
{
    public List<JournalEvent> Find(string key, int max)
    {
        ulong hash = JournalKeys.Hash(key);
        var address = IPAddress.TryParse(key, out var parsed) ? parsed.Plain() : null;
        var found = new List<JournalEvent>();
        for (int file = files.Count - 1; file >= 0 && found.Count < max; file--)
        {
            var blocks = files.BlocksOf(file, hash);
            for (int i = blocks.Count - 1; i >= 0 && found.Count < max; i--)
            {
                var records = files.Read(file, blocks[i]);
                for (int j = records.Count - 1; j >= 0 && found.Count < max; j--)
                {
                    if (Has(records[j], key, address))
                        found.Add(records[j]);
                }
            }
        }

        found.Reverse();
        return found;
    }

    private static bool Has(JournalEvent record, string key, IPAddress? address) =>
        Is(record.Session, key) || Is(record.QueueId, key) || Is(record.VerdictId, key)
        || (address is not null && record.Peer is { } peer && peer.Plain().Equals(address))
        || IsAddress(record.Sender, key) || IsAddress(record.Recipient, key);

    private static bool Is(string? value, string key) => key.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsAddress(string? address, string key) =>
        address is not null && (
            Is(address, key) || (key.StartsWith('@') && JournalKeys.DomainOf(address).Equals(key, StringComparison.OrdinalIgnoreCase)));
}
