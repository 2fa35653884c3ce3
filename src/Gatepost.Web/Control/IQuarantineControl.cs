using Gatepost.Policy.Quarantine;

namespace Gatepost.Web.Control;

/// <summary>The quarantine as an administrator sees it. Implemented by the program.</summary>
public interface IQuarantineControl
{
    /// <summary>Newest first.</summary>
    IAsyncEnumerable<QuarantinedMessage> ListAsync(QuarantineFilter filter, CancellationToken cancel);

    /// <summary>One message by queue id or case number; null if it is not there.</summary>
    Task<QuarantineContent?> ShowAsync(string id, CancellationToken cancel);

    /// <summary>Puts a message into the queue, to its original recipients, and takes it out of quarantine.</summary>
    Task<QuarantineChanged> ReleaseAsync(string id, CancellationToken cancel);

    /// <summary>Removes a message permanently.</summary>
    Task<QuarantineChanged> DropAsync(string id, CancellationToken cancel);
}
