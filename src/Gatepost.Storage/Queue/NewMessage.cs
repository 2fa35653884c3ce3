using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>
/// A message on its way into the queue: everything its rows need, made ready by the session so that the writer only binds and steps.
/// </summary>
internal sealed class NewMessage
{
    public required long Id { get; init; }

    public required Envelope Envelope { get; init; }

    public required DateTimeOffset Arrived { get; init; }

    /// <summary>The queue id it had in quarantine; null for mail that was not there.</summary>
    public string? ReleasedFrom { get; init; }

    public required long Size { get; init; }

    public string? Session { get; init; }

    public string? User { get; init; }

    public string? ClientAddress { get; init; }

    /// <summary>What is in the row.</summary>
    public ReadOnlyMemory<byte> Inline { get; init; }

    /// <summary>A sealed record for a segment; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>Where the rest is: 0 nowhere, below 0 the generation of its own file; segments are found out by the writer.</summary>
    public long Generation { get; init; }

    /// <summary>Checksum of a message in a file of its own.</summary>
    public long Sum { get; init; }

    /// <summary>One for each destination, as delivery gets them.</summary>
    public required IReadOnlyList<QueuedMessage> Parts { get; init; }

    public int Recipients { get; private init; }

    public RecordPlace Place { get; set; }

    public static NewMessage From(long id, Envelope envelope, Session? session, DateTimeOffset arrived, Contents contents,
        ReadOnlyMemory<byte>? inMemory, string? releasedFrom = null)
    {
        string? client = session?.Client.Address.ToString();
        var template = new QueuedMessage
        {
            QueueId = QueueIds.Write(id),
            Sender = envelope.Sender,
            Arrived = arrived,
            Size = contents.Size,
            Body = envelope.Body,
            SmtpUtf8 = envelope.SmtpUtf8,
            Return = envelope.Return,
            EnvelopeId = envelope.EnvelopeId,
            Tls = envelope.Tls,
            Session = session?.Id,
            User = session?.User,
            ClientAddress = client,
            Recipients = [],
            InMemory = inMemory,
        };
        var parts = Split(template, envelope, arrived, out int recipients);
        return new NewMessage
        {
            Id = id,
            Envelope = envelope,
            ReleasedFrom = releasedFrom,
            Arrived = arrived,
            Size = contents.Size,
            Session = session?.Id,
            User = session?.User,
            ClientAddress = client,
            Inline = contents.Inline,
            Record = contents.Record,
            Generation = contents.Generation,
            Sum = contents.Sum,
            Parts = parts,
            Recipients = recipients,
        };
    }

    private static List<QueuedMessage> Split(QueuedMessage template, Envelope envelope, DateTimeOffset due, out int count)
    {
        var groups = new List<(Destination Destination, List<QueuedRecipient> Recipients)>(1);
        Dictionary<Destination, int>? known = null;
        count = 0;
        foreach (var recipient in envelope.Recipients)
        {
            foreach (var route in recipient.Routes)
            {
                var queued = new QueuedRecipient
                {
                    Index = count++,
                    Address = route.Address,
                    Accepted = recipient.Address,
                    Destination = route.Destination,
                    Notify = recipient.Notify,
                    OriginalRecipient = recipient.OriginalRecipient,
                    NextAttempt = due,
                };
                GroupOf(route.Destination, groups, ref known).Add(queued);
            }
        }

        return groups.ConvertAll(group => template with { Recipients = group.Recipients });
    }

    /// <summary>One destination is the rule; the dictionary comes only with the fifth.</summary>
    private static List<QueuedRecipient> GroupOf(Destination destination,
        List<(Destination Destination, List<QueuedRecipient> Recipients)> groups, ref Dictionary<Destination, int>? known)
    {
        if (known is null && groups.Count <= 4)
        {
            foreach (var group in groups)
            {
                if (group.Destination == destination)
                    return group.Recipients;
            }
        }
        else
        {
            known ??= groups.Select((group, index) => (group.Destination, index))
                .ToDictionary(pair => pair.Destination, pair => pair.index);
            if (known.TryGetValue(destination, out int at))
                return groups[at].Recipients;
            known[destination] = groups.Count;
        }

        groups.Add((destination, []));
        return groups[^1].Recipients;
    }
}
