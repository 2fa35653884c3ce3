using System.Net;

namespace Gatepost.Web.Panel.Access;

/// <summary>Where the panel is and who may do what in it.</summary>
public sealed record PanelOptions
{
    /// <summary>Where it answers; empty for nowhere. Plain HTTP on loopback, HTTPS everywhere else.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];

    /// <summary>Names it may be asked for by, beside its addresses and <c>localhost</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> count.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Accounts that may see and change everything; all others of the directory see their own mail.</summary>
    public IReadOnlyList<string> Operators { get; init; } = [];

    /// <summary>Accounts that may see and change their own domain.</summary>
    public IReadOnlyList<string> Administrators { get; init; } = [];

    /// <summary>Accounts that may see everything but contents.</summary>
    public IReadOnlyList<string> Support { get; init; } = [];

    /// <summary>Whether explain and the catalogue are open to visitors.</summary>
    public bool PublicExplain { get; init; }
}
