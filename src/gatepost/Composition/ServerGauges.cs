using Gatepost.Delivery;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Prometheus;

namespace Gatepost.Composition;

/// <summary>Gauges that are read when they are scraped, and cost nothing in between.</summary>
internal static class ServerGauges
{
    public static void Register(CollectorRegistry registry, MailStore store, JournalStore journal, EventLog log, SmtpServer smtp, DeliveryService delivery)
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        var recipients = metrics.CreateGauge("gatepost_queue_recipients", "Recipients in the queue.");
        var held = metrics.CreateGauge("gatepost_queue_held_recipients", "Recipients on hold.");
        var messages = metrics.CreateGauge("gatepost_queue_messages", "Messages in the queue.");
        var sessions = metrics.CreateGauge("gatepost_sessions", "SMTP and LMTP sessions open now.");
        var attempts = metrics.CreateGauge("gatepost_attempts", "Delivery attempts running now.");
        var sound = metrics.CreateGauge("gatepost_store_sound", "1 while the store takes mail.");
        var droppedEvents = metrics.CreateGauge("gatepost_journal_dropped_events", "Events the journal had to drop since the start.");
        var droppedLines = metrics.CreateGauge("gatepost_log_dropped_lines", "Log lines that standard error did not take since the start.");
        var memory = metrics.CreateGauge("gatepost_resident_memory_octets", "Resident memory of the process.");

        registry.AddBeforeCollectCallback(async cancel =>
        {
            try
            {
                var count = await store.CountAsync(cancel);
                recipients.Set(count.Recipients);
                held.Set(count.Held);
                messages.Set(count.Messages);
            }
            catch (IOException)
            {
                // The store's own gauge tells.
            }

            sessions.Set(smtp.Sessions);
            attempts.Set(delivery.Active);
            sound.Set(store.State == StoreState.Sound ? 1 : 0);
            droppedEvents.Set(journal.Dropped);
            droppedLines.Set(log.Dropped);
            memory.Set(Environment.WorkingSet);
        });
    }
}
