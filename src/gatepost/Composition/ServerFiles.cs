using System.Diagnostics.Metrics;
using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Addresses;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Quarantine;
using Gatepost.Storage.State;
using Gatepost.Web.Metrics;

namespace Gatepost.Composition;

/// <summary>What lasts from one run of the server to the next: every file of its data folder, opened once.</summary>
/// <remarks>They are closed in the order in which a stopping server is done with them, so by the server.</remarks>
internal sealed class ServerFiles
{
    private readonly TimeProvider time;

    /// <param name="output">Where the event log goes.</param>
    /// <exception cref="IOException">The data folder is in use or cannot be written.</exception>
    public ServerFiles(Settings settings, Stream output, Meter meter, TimeProvider time)
    {
        this.time = time;
        Store = MailStore.Open(RoomOptions.Store(settings), time);
        Tables = DirectoryTables.Open(settings.Data);
        Records = JournalStore.Open(settings.Journal, time);
        Log = new EventLog(RoomOptions.Log(settings), output, time);
        var counting = new CountingJournal(meter);
        Activity = new HourlyCounts(time);
        Journal = new JournalTee(
            settings.LogFormat == LogFormat.None ? [Records, counting, Activity] : [Records, counting, Activity, Log]);
        Alarms = new Alarms(Journal, time);
        Watch();
        State = StateStore.Open(settings.Data, time, Alarms);
        Quarantine = OpenQuarantine(settings);
    }

    public MailStore Store { get; }

    public DirectoryTables Tables { get; }

    /// <summary>What was recorded, for questions.</summary>
    public JournalStore Records { get; }

    public EventLog Log { get; }

    /// <summary>What happened to mail, by the hour.</summary>
    public HourlyCounts Activity { get; }

    /// <summary>Where every part records.</summary>
    public IJournal Journal { get; }

    public Alarms Alarms { get; }

    public StateStore State { get; }

    public QuarantineStore Quarantine { get; }

    /// <summary>Reports what goes wrong with the queue's files and the journal's.</summary>
    private void Watch()
    {
        const string key = "journal";
        Store.StateChanged += (now, why) => Journal.Report(time, OurEvidence.StoreState.Say(now.ToString().ToLowerInvariant(), why));
        Records.Watch(why =>
        {
            if (why is null)
                Alarms.Clear(key);
            else
                Alarms.Raise(key, OurEvidence.JournalNotWritten.Say(why));
        });
    }

    private QuarantineStore OpenQuarantine(Settings settings)
    {
        var opened = QuarantineStore.Open(settings.Data, time, size => Store.Room(size) == StoreOutcome.Kept);
        opened.Dropped += (id, why) => Journal.QueueChanged(time, id, why);
        opened.Use(settings.Policy.Quarantine);
        return opened;
    }
}
