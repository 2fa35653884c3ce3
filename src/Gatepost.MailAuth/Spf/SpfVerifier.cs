using System.Net;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Spf;

/// <summary>Sender Policy Framework, RFC 7208: <c>check_host()</c> with a reason for each step.</summary>
/// <remarks>Thread-safe; keeps nothing between checks. Silence of DNS is <see cref="AuthResult.TempError"/>.</remarks>
public sealed class SpfVerifier(IResolver dns, TimeProvider time)
{
    /// <summary>Whether a TXT record is one of SPF, well written or not (RFC 7208 §4.5).</summary>
    public static bool IsRecord(string text) => SpfRecord.IsSpf(text);

    /// <summary>At most 10 look-ups and 20 seconds.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<SpfResult> CheckAsync(SpfQuestion question, CancellationToken cancel)
    {
        var client = question.Client.Plain();
        string helo = question.Helo.Length <= SpfLimits.NameLength ? question.Helo : "";
        int at = question.Sender.LastIndexOf('@');
        bool isHelo = question.Sender.Length == 0;
        string local = at > 0 ? question.Sender[..at] : "postmaster";
        string written = isHelo ? helo : question.Sender[(at + 1)..];
        string shown = SafeText.Of(written, 255);
        List<Finding> steps = [isHelo ? OurEvidence.SpfOfHelo.Say(client, shown) : OurEvidence.SpfOfMailFrom.Say(client, shown)];
        if (DomainFault(written, isHelo, question.Sender) is { } fault)
        {
            steps.Add(fault);
            return new SpfResult { Result = AuthResult.None, Identity = IdentityOf(isHelo), Domain = shown, Steps = steps };
        }

        string domain = NameOf(written);
        var values = new SpfMacroValues(client, local, domain, domain, helo, question.Receiver, SpfMacroValues.Unknown, time.GetUtcNow());
        var check = new SpfCheck(dns, values, steps);
        using var clock = new CancellationTokenSource(SpfLimits.Time, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            var decision = await check.EvaluateAsync(domain, [], both.Token);
            string? explanation = decision.Result == AuthResult.Fail ? await check.ExplainAsync(decision, both.Token) : null;
            return Result(decision, isHelo, domain, check, steps, explanation);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            steps.Add(OurEvidence.SpfOutOfTime.Say(SpfLimits.Time));
            return Result(new SpfDecision(AuthResult.TempError, domain), isHelo, domain, check, steps, null);
        }
    }

    private static SpfResult Result(
        SpfDecision decision, bool isHelo, string domain, SpfCheck check, List<Finding> steps, string? explanation) => new()
        {
            Result = decision.Result,
            Identity = IdentityOf(isHelo),
            Domain = domain,
            Mechanism = decision.Term,
            Through = decision.Through,
            Explanation = explanation,
            Lookups = check.Lookups,
            Voids = check.Voids,
            Steps = steps,
        };

    private static SpfIdentity IdentityOf(bool isHelo) => isHelo ? SpfIdentity.Helo : SpfIdentity.MailFrom;

    /// <summary>RFC 7208 §4.3: no name of a domain, so there is nothing to check. A HELO name must be a full one (§2.3).</summary>
    private static Finding? DomainFault(string written, bool isHelo, string sender)
    {
        string shown = SafeText.Of(written, 255);
        bool isAddress = written.StartsWith('[') || IPAddress.TryParse(written, out _);
        if (sender.Length > SpfLimits.NameLength || isAddress || NameOf(written).Length == 0)
            return OurEvidence.SpfNoDomainName.Say(shown);
        return isHelo && !written.TrimEnd('.').Contains('.', StringComparison.Ordinal) ? OurEvidence.SpfHeloUnqualified.Say(shown) : null;
    }

    /// <summary>As written but for a final dot; in A-labels if it has other letters than ASCII. Empty if it is no name.</summary>
    private static string NameOf(string written)
    {
        if (written.Contains("..", StringComparison.Ordinal) || DnsName.Normalise(written) is not { } name)
            return "";
        return System.Text.Ascii.IsValid(written) ? written.TrimEnd('.') : name;
    }
}
