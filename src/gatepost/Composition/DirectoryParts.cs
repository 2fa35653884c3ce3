using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Directory.Administration;
using Gatepost.Policy.Quotas;

namespace Gatepost.Composition;

/// <summary>Configuration and tables as one directory: what the rules ask, what changes it, what shows it.</summary>
internal sealed class DirectoryParts
{
    private readonly CachedSource cached;
    private readonly string deliver;
    private volatile ConfiguredDirectory configured;
    private volatile IDirectory current;

    public DirectoryParts(IDirectoryTables tables, Settings settings, ICounters? counters, IMailboxSizes? sizes, TimeProvider time)
    {
        cached = new CachedSource(tables);
        deliver = $"maildir:{settings.Data}/mail/{{domain}}/{{mailbox}}";
        configured = DirectoryFromSettings.Build(settings);
        current = new StoredDirectory(configured, cached, deliver);
        Book = new DirectoryEditor(tables, () => configured, deliver, time);
        Listing = new DirectoryListing(tables, () => configured, () => current, counters, sizes, time);
    }

    /// <summary>What is in force.</summary>
    public IDirectory Current => current;

    /// <summary>Whether the tables have mailboxes or aliases. True also where that cannot be read: who logs in then hears so.</summary>
    public bool HasAddresses
    {
        get
        {
            try
            {
                return cached.Tally.HasAddresses;
            }
            catch (DirectoryUnavailableException)
            {
                return true;
            }
        }
    }

    public DirectoryEditor Book { get; }

    public DirectoryListing Listing { get; }

    /// <summary>What would be in force with other settings.</summary>
    public (ConfiguredDirectory Configured, IDirectory Whole) With(Settings settings)
    {
        var changed = DirectoryFromSettings.Build(settings);
        return (changed, new StoredDirectory(changed, cached, deliver));
    }

    public void Use((ConfiguredDirectory Configured, IDirectory Whole) changed) => (configured, current) = changed;
}
