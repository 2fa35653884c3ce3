using Gatepost.Replies;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>
/// Changes the directory's tables: checks what is asked for, keeps who asked and when, and lets no forwarding loop be closed.
/// </summary>
/// <remarks>
/// A change is checked in the transaction that makes it, against tables and configuration together, so two together cannot close a
/// loop between them.
/// </remarks>
public sealed class DirectoryEditor
{
    private readonly IDirectoryTables tables;
    private readonly DomainEditor domains;
    private readonly AddressEditor addresses;
    private readonly BlockEditor blocks;

    /// <param name="tables">Where it is kept.</param>
    /// <param name="configured">The configuration in force; what is in it is changed there.</param>
    /// <param name="deliver">As <see cref="StoredDirectory"/> takes it.</param>
    public DirectoryEditor(IDirectoryTables tables, Func<ConfiguredDirectory> configured, string deliver, TimeProvider time)
    {
        this.tables = tables;
        var checks = new DirectoryChecks(configured, deliver);
        domains = new DomainEditor(checks, time);
        addresses = new AddressEditor(checks, time);
        blocks = new BlockEditor(checks, time);
    }

    /// <summary>Makes a change.</summary>
    /// <returns>Done after it is durable; if it cannot be done, why not and what to do instead.</returns>
    /// <exception cref="DirectoryUnavailableException">The tables cannot be written.</exception>
    public async Task<DirectoryAnswer> ApplyAsync(DirectoryChange change, CancellationToken cancel)
    {
        Finding? done = null;
        try
        {
            await tables.ChangeAsync(async writer => done = await MakeAsync(writer, change, cancel), cancel);
            return new DirectoryAnswer(true, done!);
        }
        catch (DirectoryRefusedException refused)
        {
            return new DirectoryAnswer(false, refused.Why);
        }
    }

    private async Task<Finding> MakeAsync(IDirectoryWriter writer, DirectoryChange change, CancellationToken cancel) => change switch
    {
        SetDomain set => await domains.SetAsync(writer, set, cancel),
        RemoveDomain remove => await domains.RemoveAsync(writer, remove, cancel),
        SetAccount set => await addresses.SetAsync(writer, set, cancel),
        SetAlias set => await addresses.SetAsync(writer, set, cancel),
        SetForward set => await addresses.SetAsync(writer, set, cancel),
        RemoveAddress remove => await addresses.RemoveAsync(writer, remove, cancel),
        Suspend suspend => await blocks.SuspendAsync(writer, suspend, cancel),
        Resume resume => await blocks.ResumeAsync(writer, resume, cancel),
        AddBlock block => blocks.Add(writer, block),
        RemoveBlock remove => BlockEditor.Remove(writer, remove),
        _ => throw EnteredText.Refused(OurEvidence.UnknownChange.Say(change.GetType().Name)),
    };
}
