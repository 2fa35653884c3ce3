using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Configuration;

/// <summary>Whether a finding of <c>config check</c> must be changed or only looked at.</summary>
public enum RiskLevel
{
    /// <summary>It can run, and an administrator may want it so.</summary>
    Warning,

    /// <summary>It harms others, or no mail can pass.</summary>
    Error,
}

/// <summary>Something in a well-formed configuration that does harm.</summary>
/// <param name="Section">Name of the section that is to blame; empty for what is above the first.</param>
/// <param name="Contains">A text by which the section is known among several of that name; empty for the first.</param>
/// <param name="Key">The key to change; empty for none.</param>
public sealed record Risk(RiskLevel Level, string Section, string Contains, string Key, Finding Message);

/// <summary>
/// Finds configurations that are well formed but harmful: an open relay, mail loops, limits that let no one
/// through. Looks at values only; what the machine must be asked for is found by <c>Composition/MachineCheck</c>.
/// </summary>
internal static class ConfigurationRisks
{
    /// <param name="hasTables">Whether the data folder has a directory: then mailboxes and passwords may be there.</param>
    public static IEnumerable<Risk> Of(Settings settings, bool hasTables) =>
    [
        .. Names(settings),
        .. Listeners(settings, hasTables),
        .. Domains(settings, hasTables),
        .. Blocks(settings),
        .. NextHosts(settings),
        .. Limits(settings),
        .. Rules(settings),
    ];

    private static IEnumerable<Risk> Names(Settings settings)
    {
        bool isPublic = settings.Listeners.Any(listener => listener.Role == ListenerRole.Mx && listener.Addresses.Any(IsPublic));
        string name = settings.HostName;
        if (isPublic && (!name.Contains('.') || name.StartsWith("localhost", StringComparison.OrdinalIgnoreCase)))
        {
            yield return new(
                RiskLevel.Warning, "", "", "hostname",
                OurEvidence.RiskHostname.Say(name));
        }

        foreach (var point in settings.Http.Where(IsPublic))
        {
            yield return new(
                RiskLevel.Warning, "http", "", "address",
                    OurEvidence.RiskHttpPublic.Say(point.ToString()));
        }
    }

    private static IEnumerable<Risk> Listeners(Settings settings, bool hasTables)
    {
        foreach (var listener in settings.Listeners)
        {
            string at = listener.Addresses.Count > 0 ? listener.Addresses[0].ToString() : "";
            if (listener.Role == ListenerRole.Submission && listener.Tls == TlsUse.None && listener.Addresses.Any(IsPublic))
            {
                yield return new(
                    RiskLevel.Error, "listener", at, "role",
                    OurEvidence.RiskSubmissionClear.Say(at));
            }

            foreach (var (key, networks) in new[] {
                ("trusted", listener.Trusted), ("proxy-from", listener.ProxyFrom), ("xclient-from", listener.XclientFrom) })
            {
                foreach (var network in networks.Where(IsTheWorld))
                    yield return new(RiskLevel.Error, "listener", at, key, World(key, network));
            }
        }

        foreach (var network in settings.Policy.TrustedNetworks.Where(IsTheWorld))
        {
            yield return new(
                RiskLevel.Error, "policy", "", "trusted",
                    OurEvidence.RiskTrustedStrangers.Say(network.ToString()));
        }

        bool takesPasswords = hasTables || settings.DovecotAuth is not null
            || settings.Accounts.Values.Any(account => account.Password is not null);
        if (settings.File is not null && !takesPasswords && settings.Listeners.FirstOrDefault(
            l => l.Role == ListenerRole.Submission) is not null)
        {
            yield return new(
                RiskLevel.Warning, "listener", "", "role",
                OurEvidence.RiskNoPasswords.Say());
        }
    }

    private static Finding World(string key, IPNetwork network) => key switch
    {
        "trusted" => OurEvidence.RiskOpenRelay.Say(network.ToString()),
        "proxy-from" => OurEvidence.RiskProxyFrom.Say(network.ToString()),
        _ => OurEvidence.RiskXclientFrom.Say(network.ToString()),
    };

    private static IEnumerable<Risk> Domains(Settings settings, bool hasTables)
    {
        foreach (var domain in settings.Domains)
        {
            if (!hasTables && domain is { Kind: DomainKind.Hosted, Mailboxes.Count: 0, Aliases.Count: 0 })
            {
                yield return new(
                    RiskLevel.Warning, "domain", domain.Name, "name",
                    OurEvidence.RiskNoMailbox.Say(domain.Name));
            }

            foreach (var target in domain.Aliases.GetValueOrDefault("*", []))
            {
                var home = settings.Domains.FirstOrDefault(one => one.Name.Equals(target.Domain, StringComparison.OrdinalIgnoreCase));
                string local = target.LocalPart.ToLowerInvariant();
                if (home is { Kind: DomainKind.Hosted } && !home.Mailboxes.Contains(local) && !home.Aliases.ContainsKey(local)
                    && local != "postmaster")
                {
                    yield return new(
                        RiskLevel.Warning, "domain", domain.Name, "aliases", OurEvidence.RiskStarNowhere.Say(target.ToString()));
                }
            }

            bool verifies = settings.Policy.Rules.GetValueOrDefault("recipient-undeliverable")?.Mode is null or RuleMode.On;
            if (domain.Kind == DomainKind.Relay && !verifies)
            {
                yield return new(
                    RiskLevel.Warning, "domain", domain.Name, "kind",
                    OurEvidence.RiskRelayUnverified.Say(domain.Name));
            }

            if (domain is { Kind: DomainKind.Relay } && domain.DestinationOf("") is { } next && IsOurs(settings, next) is { } own)
                yield return new(RiskLevel.Error, "domain", domain.Name, "deliver",
                    OurEvidence.RiskDomainLoops.Say(domain.Name, own));
        }
    }

    private static IEnumerable<Risk> Blocks(Settings settings)
    {
        foreach (var block in settings.Blocks)
        {
            if (block.Pattern.StartsWith('@') && !block.Pattern.Contains('.'))
            {
                yield return new(
                    RiskLevel.Error, "block", block.Pattern, "", OurEvidence.RiskBlocksTld.Say(block.Pattern));
            }

            if (settings.Domains.Any(domain => block.Pattern.Equals("@" + domain.Name, StringComparison.OrdinalIgnoreCase)))
            {
                bool isRecipient = block.Side == BlockSide.Recipient;
                yield return new(
                    isRecipient ? RiskLevel.Error : RiskLevel.Warning, "block", block.Pattern, "",
                    isRecipient ? OurEvidence.RiskBlocksOwnRecipients.Say(block.Pattern)
                        : OurEvidence.RiskBlocksOwnSenders.Say(block.Pattern));
            }
        }
    }

    private static IEnumerable<Risk> NextHosts(Settings settings)
    {
        if (settings.SmartHost is { } smartHost && IsOurs(settings, smartHost) is { } own)
            yield return new(
                RiskLevel.Error, "delivery", "", "smarthost", OurEvidence.RiskSmarthostLoops.Say(own));
        if (settings.Delivery.Tls == ClientTls.Verified)
        {
            yield return new(
                RiskLevel.Warning, "delivery", "", "tls",
                OurEvidence.RiskTlsOfAll.Say());
        }

        foreach (var transport in settings.Transports)
        {
            if (IsOurs(settings, transport.To) is { } here)
            {
                yield return new(
                    RiskLevel.Error, "transport", transport.Domain, "to",
                        OurEvidence.RiskTransportLoops.Say(here, transport.Domain));
            }
        }
    }

    private static IEnumerable<Risk> Limits(Settings settings)
    {
        if (settings.Smtp.MaxConnections < 10)
        {
            yield return new(
                RiskLevel.Warning, "limits", "", "connections", OurEvidence.RiskFewConnections.Say(settings.Smtp.MaxConnections));
        }

        if (settings.Smtp.Limits.CommandTimeout < TimeSpan.FromSeconds(10))
        {
            yield return new(
                RiskLevel.Warning, "limits", "", "command-timeout",
                OurEvidence.RiskCommandTimeout.Say());
        }

        foreach (var listener in settings.Listeners.Where(listener => listener.MessageSize is < 65536))
        {
            yield return new(
                RiskLevel.Warning, "listener", listener.Addresses[0]
                    .ToString(), "message-size", OurEvidence.RiskMessageSize.Say(listener.MessageSize ?? 0));
        }

        if (settings.Delivery.Retry.GiveUpAfter < TimeSpan.FromHours(4))
        {
            yield return new(
                RiskLevel.Warning, "queue", "", "expire",
                OurEvidence.RiskExpire.Say());
        }
    }

    private static IEnumerable<Risk> Rules(Settings settings)
    {
        if (settings.Policy.Rules.GetValueOrDefault("recipient-unknown")?.Mode is RuleMode.Warn or RuleMode.Off)
        {
            yield return new(
                RiskLevel.Warning, "rule", "recipient-unknown", "mode",
                OurEvidence.RiskUnknownAccepted.Say());
        }
    }

    /// <summary>The address of ours that a next host is; null if it is another server.</summary>
    private static string? IsOurs(Settings settings, Destination next)
    {
        if (next.Kind is not (DestinationKind.SmtpHost or DestinationKind.Lmtp) || HostPort.Read(next.Name, 0) is not { Port: > 0 } target)
            return null;
        var (host, port) = target;
        bool isName = host.Equals(settings.HostName, StringComparison.OrdinalIgnoreCase) || host == "localhost";
        var address = IPAddress.TryParse(host, out var parsed) ? parsed : null;
        return settings.Listeners.SelectMany(listener => listener.Addresses).Any(own => own.Port == port
            && (isName || own.Address.Equals(address) || (IsAny(own.Address) && address is not null && IPAddress.IsLoopback(address))))
            ? next.Name : null;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsPublic(IPEndPoint point) => !IPAddress.IsLoopback(point.Address);

    /// <summary>A network of more than a /8, IPv4 or IPv6: no organization has that.</summary>
    private static bool IsTheWorld(IPNetwork network) => network.PrefixLength < 8;
}
