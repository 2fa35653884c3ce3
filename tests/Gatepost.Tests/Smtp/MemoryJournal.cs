using System.Collections.Concurrent;
using Gatepost.Smtp;

namespace Gatepost.Tests.Smtp;

/// <summary>Keeps every event.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly ConcurrentQueue<JournalEvent> events = new();

    public IReadOnlyList<JournalEvent> Events => [.. events];

    public IEnumerable<JournalEvent> Of(JournalKind kind) => Events.Where(happened => happened.Kind == kind);

    public bool IsHalfFull { get; set; }

    public void Record(JournalEvent happened) => events.Enqueue(happened);
}
