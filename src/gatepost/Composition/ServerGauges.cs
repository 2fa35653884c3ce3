using System.Diagnostics.Metrics;
using Gatepost.Delivery;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Storage.Health;
using Gatepost.Storage.Journal;

namespace Gatepost.Composition;

/// <summary>Gauges that cost nothing until they are asked for.</summary>
internal static class ServerGauges
{
    public static void Register(Meter meter, MailStore store, JournalStore journal, EventLog log, SmtpServer smtp, DeliveryService delivery)
    {
        void Gauge(string name, Func<long> value, string description) => meter.CreateObservableGauge(name, value, description: description);

        void Count(string name, Func<(long Recipients, long Held, long Messages), long> value, string description) =>
            meter.CreateObservableGauge(name, () => Counted(store, value), description: description);

        Count("gatepost_queue_recipients", count => count.Recipients, "Recipients in the queue.");
        Count("gatepost_queue_held_recipients", count => count.Held, "Recipients on hold.");
        Count("gatepost_queue_messages", count => count.Messages, "Messages in the queue.");
        Gauge("gatepost_sessions", () => smtp.Sessions, "SMTP and LMTP sessions open now.");
        Gauge("gatepost_attempts", () => delivery.Active, "Delivery attempts running now.");
        Gauge("gatepost_store_sound", () => store.State == StoreState.Sound ? 1 : 0, "1 while the store takes mail.");
        Gauge("gatepost_journal_dropped_events", () => journal.Dropped, "Events the journal had to drop since the start.");
        Gauge("gatepost_log_dropped_lines", () => log.Dropped, "Log lines that standard error did not take since the start.");
        Gauge("gatepost_resident_memory_octets", () => Environment.WorkingSet, "Resident memory of the process.");
    }

    private static IEnumerable<Measurement<long>> Counted(MailStore store, Func<(long, long, long), long> value)
    {
        try
        {
            return [new(value(store.Count()))];
        }
        catch (IOException)
        {
            // The store's own gauge shows it.
            return [];
        }
    }
}
