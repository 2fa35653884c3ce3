using System.Collections.Concurrent;
using Gatepost.Replies;
using Gatepost.Smtp;
using Prometheus;

namespace Gatepost.Web.Metrics;

/// <summary>Counts what passes into the journal. Nothing on the path of a reply but one look-up and one interlocked addition.</summary>
public sealed class CountingJournal : IJournal
{
    private readonly Counter given, received, outcomes, connections;
    private readonly Counter.Child arrivedOctets;
    private readonly ConcurrentDictionary<ReplyEntry, Counter.Child> givenByEntry = new(ReferenceEqualityComparer.Instance), receivedByEntry = new(ReferenceEqualityComparer.Instance);
    private readonly Counter.Child[] byKind = new Counter.Child[Enum.GetValues<JournalKind>().Length];
    private readonly Counter.Child inbound, outbound;

    public CountingJournal(CollectorRegistry registry)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        given = metrics.CreateCounter("gatepost_replies_given_total", "Replies our server gave, by catalogue entry.", "entry");
        received = metrics.CreateCounter("gatepost_replies_received_total", "Replies and conditions our client met, by the entry they were recognised as.", "entry");
        outcomes = metrics.CreateCounter("gatepost_events_total", "Journal events by kind: accepted messages, delivered, deferred, failed recipients, bounces.", "kind");
        connections = metrics.CreateCounter("gatepost_connections_total", "Connections, by direction.", "direction");
        arrivedOctets = metrics.CreateCounter("gatepost_accepted_octets_total", "Octets of accepted messages.").WithLabels();
        foreach (var kind in Enum.GetValues<JournalKind>())
            byKind[(int)kind] = outcomes.WithLabels(kind.ToString().ToLowerInvariant());
        (inbound, outbound) = (connections.WithLabels("in"), connections.WithLabels("out"));
    }

    public void Record(JournalEvent happened)
    {
        byKind[(int)happened.Kind].Inc();
        if (happened.Kind == JournalKind.Connected)
            (happened.Outbound ? outbound : inbound).Inc();
        if (happened is { Kind: JournalKind.Accepted, Size: { } octets })
            arrivedOctets.Inc(octets);
        if (happened is { Kind: JournalKind.Reply or JournalKind.Connected, Reply: { } reply })
            Count(happened.Outbound, reply);
    }

    private void Count(bool wasReceived, Reply reply)
    {
        var children = wasReceived ? receivedByEntry : givenByEntry;
        if (!children.TryGetValue(reply.Entry, out var child))
            child = children[reply.Entry] = (wasReceived ? received : given).WithLabels(reply.Entry.Id);
        child.Inc();
    }
}
