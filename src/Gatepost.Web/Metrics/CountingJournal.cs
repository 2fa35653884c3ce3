using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Web.Metrics;

/// <summary>Counts what passes into the journal. Adds one look-up and one interlocked addition to the path of a reply.</summary>
public sealed class CountingJournal : IJournal
{
    private readonly ConcurrentDictionary<ReplyEntry, StrongBox<long>> given = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<ReplyEntry, StrongBox<long>> received = new(ReferenceEqualityComparer.Instance);
    private readonly long[] byKind = new long[Enum.GetValues<JournalKind>().Length];
    private long inbound, outbound, acceptedOctets;

    public CountingJournal(Meter meter)
    {
        meter.CreateObservableCounter(
            "gatepost_replies_given_total", () => ByEntry(given), description: "Replies our server gave, by catalogue entry.");
        meter.CreateObservableCounter(
            "gatepost_replies_received_total", () => ByEntry(received),
            description: "Replies and conditions our client met, by the entry they were recognised as.");
        meter.CreateObservableCounter(
            "gatepost_events_total", ByKind,
            description: "Journal events by kind: accepted messages, delivered, deferred, failed recipients, bounces.");
        meter.CreateObservableCounter("gatepost_connections_total", ByDirection, description: "Connections, by direction.");
        meter.CreateObservableCounter(
            "gatepost_accepted_octets_total", () => Interlocked.Read(ref acceptedOctets), description: "Octets of accepted messages.");
    }

    public void Record(JournalEvent happened)
    {
        Interlocked.Increment(ref byKind[(int)happened.Kind]);
        if (happened.Kind == JournalKind.Connected)
            Interlocked.Increment(ref happened.Outbound ? ref outbound : ref inbound);
        if (happened is { Kind: JournalKind.Accepted, Size: { } octets })
            Interlocked.Add(ref acceptedOctets, octets);
        if (happened is { Kind: JournalKind.Reply or JournalKind.Connected, Reply: { } reply })
        {
            var counts = happened.Outbound ? received : given;
            Interlocked.Increment(ref counts.GetOrAdd(reply.Entry, static _ => new StrongBox<long>()).Value);
        }
    }

    private static IEnumerable<Measurement<long>> ByEntry(ConcurrentDictionary<ReplyEntry, StrongBox<long>> counts) =>
        counts.Select(pair =>
            new Measurement<long>(Interlocked.Read(ref pair.Value.Value), new KeyValuePair<string, object?>("entry", pair.Key.Id)));

    private IEnumerable<Measurement<long>> ByKind() => Enum.GetValues<JournalKind>().Select(kind => new Measurement<long>(
        Interlocked.Read(ref byKind[(int)kind]), new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant())));

    private IEnumerable<Measurement<long>> ByDirection() =>
    [
        new(Interlocked.Read(ref inbound), new KeyValuePair<string, object?>("direction", "in")),
        new(Interlocked.Read(ref outbound), new KeyValuePair<string, object?>("direction", "out")),
    ];
}
