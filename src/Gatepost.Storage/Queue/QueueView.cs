using System.Runtime.CompilerServices;
using Gatepost.Delivery.Queue;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>Looks into a queue without changing it, also beside the server that owns it.</summary>
public sealed class QueueView : IDisposable
{
    /// <summary>Recipients read at a time: no long reading may keep the log from being cut.</summary>
    internal const int PageSize = 500;

    /// <summary>A body that is moved while it is read is looked for again.</summary>
    private const int Tries = 3;

    private readonly ReaderPool readers;
    private readonly QueueDatabase places;
    private readonly LargeFiles files;
    private readonly Action<Exception>? note;

    /// <param name="readers">Connections; disposed with this.</param>
    /// <param name="places">Where bodies are.</param>
    /// <param name="files">Those with a file of their own.</param>
    /// <param name="note">Gets the reason for each message that is left out because it cannot be read.</param>
    internal QueueView(ReaderPool readers, QueueDatabase places, LargeFiles files, Action<Exception>? note = null)
    {
        this.note = note;
        this.readers = readers;
        this.places = places;
        this.files = files;
    }

    /// <summary>
    /// Messages with the recipients that match, oldest first; one with very many recipients may come in several parts. One whose rows
    /// are damaged is left out.
    /// </summary>
    public async IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in PagesAsync(filter, cancel))
        {
            foreach (var message in readers.Read(reader => ReadPage(reader, page)))
                yield return message;
        }
    }

    /// <summary>Recipients in the queue now: all, and held; and messages.</summary>
    public (long Recipients, long Held, long Messages) Count() => readers.Read(reader => reader.Count());

    /// <summary>Head and body of a message, as they go out.</summary>
    /// <exception cref="FileNotFoundException">It is not in the queue.</exception>
    /// <exception cref="IOException">The body cannot be read, or is damaged.</exception>
    public Stream OpenBody(string queueId)
    {
        long id = QueueIds.Read(queueId) ?? throw new FileNotFoundException($"{queueId} is no queue id");
        for (int tries = 1; ; tries++)
        {
            try
            {
                return readers.Read(reader => BodyReading.Open(reader, id, places.SegmentFolder, files));
            }
            catch (IOException) when (tries < Tries && readers.Read(reader => reader.Has(id)))
            {
            }
        }
    }

    /// <summary>What matches, in pages, in order of message and index.</summary>
    internal async IAsyncEnumerable<List<(long Message, int Index)>> PagesAsync(
        QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var selection = new QueueSelection(filter);
        long message = -1;
        int index = -1;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var page = readers.Read(reader => selection.Page(reader.Database, message, index, PageSize));
            if (page.Count > 0)
                yield return page;
            if (page.Count < PageSize)
                yield break;
            (message, index) = page[^1];
            await Task.Yield();
        }
    }

    private List<QueuedMessage> ReadPage(QueueReader reader, List<(long Message, int Index)> page)
    {
        var read = new List<QueuedMessage>();
        foreach (var group in page.GroupBy(found => found.Message))
        {
            var indices = group.Select(found => found.Index).ToHashSet();
            try
            {
                if (reader.Read(group.Key, recipient => indices.Contains(recipient.Index)) is { Recipients.Count: > 0 } message)
                    read.Add(message);
            }
            catch (UnreadableMessage e)
            {
                note?.Invoke(e);
            }
        }

        return read;
    }

    public void Dispose() => readers.Dispose();
}
