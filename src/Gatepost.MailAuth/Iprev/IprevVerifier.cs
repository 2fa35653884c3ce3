using System.Net;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Iprev;

/// <summary>What the names of an address say of it.</summary>
/// <param name="Result">pass, fail, temperror, or permerror for an address without a name (RFC 8601 §3).</param>
/// <param name="Client">Without IPv4-mapped form.</param>
/// <param name="Name">The first name that leads back; null if none does.</param>
/// <param name="Steps">Why.</param>
public sealed record IprevResult(AuthResult Result, IPAddress Client, string? Name, IReadOnlyList<Finding> Steps);

/// <summary>The iprev method of RFC 8601 §3: does a name of the client lead back to it?</summary>
public sealed class IprevVerifier(IResolver dns)
{
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<IprevResult> CheckAsync(IPAddress client, CancellationToken cancel) =>
        Judge(client, await ReverseNames.AskAsync(dns, client, cancel));

    /// <summary>The same where the names have been asked for already.</summary>
    public static IprevResult Judge(IPAddress client, ReverseNames names)
    {
        client = client.Plain();
        if (names.Names.Outcome == DnsOutcome.Unanswered)
            return new(AuthResult.TempError, client, null, [OurEvidence.ReverseNameUnanswered.Say(client, names.Names.Detail)]);
        if (names.Names.Outcome != DnsOutcome.Found)
            return new(AuthResult.PermError, client, null, [OurEvidence.NoReverseName.Say(client)]);

        var named = names.Addresses.Select(asked => OurEvidence.ReverseName.Say(client, asked.Name));
        var (result, end) = names switch
        {
            { Confirmed.Count: > 0 } => (AuthResult.Pass, OurEvidence.NameLeadsBack.Say(names.Confirmed[0], client)),
            { HasUnanswered: true } => (AuthResult.TempError, OurEvidence.NamesUnanswered.Say()),
            _ => (AuthResult.Fail, OurEvidence.NoNameLeadsBack.Say(client)),
        };
        return new(result, client, names.Confirmed is [var first, ..] ? first : null, [.. named, end]);
    }
}
