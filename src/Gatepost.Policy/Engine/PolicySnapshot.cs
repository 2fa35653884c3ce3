using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Rules.Message;
using Gatepost.Policy.Scanners;

namespace Gatepost.Policy.Engine;

/// <summary>What is in force at one time.</summary>
internal sealed class PolicySnapshot
{
    public PolicySnapshot(PolicyOptions options, IDirectory directory, PolicyServices parts, PolicySnapshot? known)
    {
        Options = options;
        Directory = directory;
        Rules = new RuleOrder(parts, options);
        Filters = [.. options.Scanners.Select(filter =>
            (known?.Filters.FirstOrDefault(old => old.Options == filter).Scanner ?? parts.MakeScanner(filter), filter))];
        // A list that stays as it was keeps what was learnt about it.
        Lists = [.. options.Dnsbls.Select(list =>
            known?.Lists.FirstOrDefault(old => old.Options.Zone == list.Zone) ?? new Dnsbl(list, parts.Dns, parts.Time, parts.Alarms))];
    }

    public IReadOnlyList<(IScanner Scanner, ScannerOptions Options)> Filters { get; }

    /// <summary>Alarms that end with the filter or list they are about.</summary>
    public IEnumerable<string> AlarmKeys =>
        Filters.Select(filter => FilterUnavailable.AlarmKey(filter.Options.Name)).Concat(Lists.Select(list => list.AlarmKey));

    public PolicyOptions Options { get; }

    public IDirectory Directory { get; }

    public RuleOrder Rules { get; }

    public IReadOnlyList<Dnsbl> Lists { get; }
}
