using System.Collections.Concurrent;
using Gatepost.Smtp;

namespace Gatepost.Tests.Smtp.Client;

internal sealed class MemoryJournal : IJournal
{
    private readonly ConcurrentQueue<JournalEvent> events = new();

    public IReadOnlyList<JournalEvent> Events => [.. events];

    public void Record(JournalEvent happened) => events.Enqueue(happened);
}
