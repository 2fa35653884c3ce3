using System.IO.Pipelines;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>A message a local program hands in.</summary>
/// <param name="Request">Its envelope.</param>
/// <param name="UserId">Who runs the program, by the kernel; null if unknown.</param>
/// <param name="Body">Header and body with CRLF line ends.</param>
public sealed record LocalMessage(SubmitRequest Request, int? UserId, PipeReader Body);

/// <summary>What the control socket needs of the running server beside queue and journal. Implemented by the program.</summary>
public interface IServerControl
{
    Task<ServerStatus> StatusAsync(CancellationToken cancel);

    /// <summary>Takes what is done by this way.</summary>
    IJournal Journal { get; }

    /// <summary>Reads the configuration again; the old one stays in force where the new one has faults.</summary>
    Task<Reloaded> ReloadAsync(CancellationToken cancel);

    /// <summary>Fails matching recipients with a bounce.</summary>
    /// <inheritdoc cref="Delivery.DeliveryService.ForgetFailuresAsync"/>
    Task ForgetFailuresAsync(Delivery.Queue.QueueFilter filter, CancellationToken cancel);

    Task<int> BounceAsync(Delivery.Queue.QueueFilter filter, CancellationToken cancel);

    /// <summary>Removes matching recipients without a notice; one that is being tried once its attempt ends.</summary>
    Task<int> DropAsync(Delivery.Queue.QueueFilter filter, CancellationToken cancel);

    /// <summary>Takes a message in; completes when it is durable or refused.</summary>
    Task<Submitted> SubmitAsync(LocalMessage message, CancellationToken cancel);

    /// <summary>Changes the directory; completes when that is durable or refused.</summary>
    Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel);

    /// <summary>Entries of the directory, a page at a time.</summary>
    IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel);

    /// <summary>Lets a client in again that is kept out for a while.</summary>
    /// <returns>How many blocks were lifted.</returns>
    Task<int> ReleaseClientAsync(System.Net.IPAddress client, CancellationToken cancel);

    /// <summary>What happened to mail, by the hour.</summary>
    Metrics.HourlyCounts Activity { get; }

    /// <summary>A link by which an operator signs in to the panel once, within the hour; null if there is no panel.</summary>
    Uri? MakePanelLink();

    /// <summary>The journal by stories.</summary>
    IStorySearch Search { get; }

    /// <summary>Messages kept back.</summary>
    IQuarantineControl Quarantine { get; }

    /// <summary>DKIM keys of hosted domains.</summary>
    IKeyControl Keys { get; }

    /// <summary>Reports to other domains.</summary>
    IReportControl Reports { get; }

    /// <summary>Certificates that are ordered.</summary>
    ICertificateControl Certificates { get; }

    /// <summary>How the server is, check by check.</summary>
    Task<Health> CheckAsync(CancellationToken cancel);
}
