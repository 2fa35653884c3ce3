namespace Gatepost.Delivery.Tls.Sts;

/// <summary>A policy that a restart must not forget.</summary>
/// <param name="Domain">In A-labels, lower case.</param>
/// <param name="Id">As in DNS when it was fetched.</param>
/// <param name="Text">The policy file.</param>
/// <param name="Until">When it ends, unless it is fetched again.</param>
public sealed record StsStored(string Domain, string Id, string Text, DateTimeOffset Fetched, DateTimeOffset Until);

/// <summary>Keeps policies across restarts. Implemented by the program.</summary>
public interface IStsStore
{
    /// <summary>A later one of the same domain replaces an earlier. Does not wait.</summary>
    void Keep(StsStored policy);

    /// <summary>Those that have not ended.</summary>
    IEnumerable<StsStored> Load();
}
