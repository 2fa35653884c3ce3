using System.Net;
using Gatepost.Delivery;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Search;
using Gatepost.Web.Control;
using Gatepost.Web.Metrics;

namespace Gatepost.Composition;

/// <summary>What the control and submission sockets ask of the running server.</summary>
internal sealed class ServerControl(
    Server server, ServerReload reload, SmtpServer smtp, DeliveryService delivery, LocalSubmission local, QuarantineControl quarantine,
        IKeyControl keys, ICertificateControl certificates, IReportControl reports, HourlyCounts activity, TimeProvider time)
    : IServerControl
{
    private const int MaxBlocksShown = 1_000;

    private readonly DateTimeOffset started = time.GetUtcNow();

    public IJournal Journal => server.Journal;

    public IQuarantineControl Quarantine => quarantine;

    public IKeyControl Keys => keys;

    public IReportControl Reports => reports;

    public ICertificateControl Certificates => certificates;

    public HourlyCounts Activity => activity;

    /// <summary>Null if the configuration names no address for it.</summary>
    public PanelParts? Panel { get; set; }

    public Uri? MakePanelLink() => Panel?.MakeLink();

    public IStorySearch Search { get; } = StorySearch.In(server.Records, time);

    public async Task<ServerStatus> StatusAsync(CancellationToken cancel)
    {
        var checks = await ServerHealth.OwnChecksAsync(server.Store, server.Records, reload.Settings.Data, cancel);
        var blocks = server.Rules.Parts.TemporaryBlocks.List(time.GetUtcNow()).TakeLast(MaxBlocksShown);
        return new ServerStatus
        {
            Version = Server.Version,
            Started = started,
            HostName = reload.Settings.HostName,
            Process = Environment.ProcessId,
            Listeners = [.. reload.Smtp.Listeners.Zip(smtp.Endpoints, (listener, point) =>
                new ServerListener(listener.Role.ToString().ToLowerInvariant(), point.ToString(), listener.ImplicitTls))],
            Configuration = reload.Settings.File,
            Blocked = [
                .. blocks.Select(block => new ServerBlock(block.Network.ToString(), block.Rule, block.Since, block.Until, block.Why))],
            Alarms = [.. server.Rules.Parts.Alarms.On.Select(alarm => new ServerAlarm(alarm.Key, alarm.Since, alarm.Text))],
            Failing = [.. checks.Where(check => !check.Ok)],
        };
    }

    public Task<Reloaded> ReloadAsync(CancellationToken cancel) => reload.RunAsync(cancel);

    public async Task<int> ReleaseClientAsync(IPAddress client, CancellationToken cancel)
    {
        var lifted = await server.Rules.ReleaseAsync(client, cancel);
        foreach (var block in lifted)
            Report(OurEvidence.BlockLifted.Say(block.Network.ToString(), block.Rule));
        return lifted.Count;
    }

    public Task<int> DropAsync(QueueFilter filter, CancellationToken cancel) => delivery.DropAsync(filter, cancel);

    public Task ForgetFailuresAsync(QueueFilter filter, CancellationToken cancel) => delivery.ForgetFailuresAsync(filter, cancel);

    public Task<int> BounceAsync(QueueFilter filter, CancellationToken cancel) =>
        delivery.BounceAsync(filter, "the administrator of this server gave the message back", cancel);

    public Task<Submitted> SubmitAsync(LocalMessage message, CancellationToken cancel) =>
        local.SubmitAsync(message, reload.Smtp, server.Directory.Current, cancel);

    public async Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel)
    {
        try
        {
            var answer = await server.Directory.Book.ApplyAsync(change, cancel);
            if (answer.Done)
                Report(OurEvidence.DirectoryChanged.Say(answer.Message, change.By));
            return answer;
        }
        catch (DirectoryUnavailableException broken)
        {
            var why = OurEvidence.DirectoryUnavailable.Say(broken.InnerException?.Message ?? broken.Message);
            Report(OurEvidence.DirectoryFailed.Say(why));
            return new DirectoryAnswer(false, why);
        }
    }

    public IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel) =>
        server.Directory.Listing.ListAsync(question, cancel);

    public async Task<Health> CheckAsync(CancellationToken cancel) =>
        await ServerHealth.CheckAsync(server.Store, server.Records, reload.Settings.Data, server.Rules.Parts.Alarms.On, cancel);

    private void Report(Finding detail) => server.Journal.Report(time, detail);
}
