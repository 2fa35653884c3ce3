using Gatepost.Dns;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>Which identifier that passed belongs to the author (RFC 9989 §4.4).</summary>
internal sealed class DmarcAlignment(string author, DmarcRecord record, DmarcTreeWalk walk, List<Finding> steps)
{
    /// <summary>Passing signatures that are looked at; mail in use has below five.</summary>
    private const int MostSignatures = 20;

    private bool isUncertain;
    private string? organization;

    /// <summary>The result, and by what it passes.</summary>
    public async ValueTask<(AuthResult Result, bool BySpf, bool ByDkim)> CheckAsync(DmarcQuestion question, CancellationToken cancel)
    {
        bool bySpf = await IsSpfAlignedAsync(question.Spf, cancel);
        bool byDkim = await IsDkimAlignedAsync(question, cancel);
        // DNS was silent about something that could have passed.
        return (bySpf || byDkim ? AuthResult.Pass : isUncertain ? AuthResult.TempError : AuthResult.Fail, bySpf, byDkim);
    }

    private async ValueTask<bool> IsSpfAlignedAsync(SpfResult? spf, CancellationToken cancel)
    {
        if (spf is null)
            return false;
        string domain = DnsName.Normalise(spf.Domain) ?? spf.Domain;
        if (spf.Result is not (AuthResult.Pass or AuthResult.TempError))
        {
            steps.Add(OurEvidence.DmarcSpfNotPassed.Say(domain, spf.Result.Word()));
            return false;
        }

        string mode = record.IsStrictForSpf ? "aspf=s" : "aspf=r";
        bool aligned = await IsAlignedAsync(domain, record.IsStrictForSpf, cancel);
        if (!aligned)
            steps.Add(OurEvidence.DmarcSpfUnaligned.Say(domain, author, mode));
        else if (spf.Result == AuthResult.Pass)
            steps.Add(OurEvidence.DmarcSpfAligned.Say(domain, author, mode));
        else
            Uncertain(OurEvidence.DmarcSpfNotPassed.Say(domain, spf.Result.Word()));
        return aligned && spf.Result == AuthResult.Pass;
    }

    private async ValueTask<bool> IsDkimAlignedAsync(DmarcQuestion question, CancellationToken cancel)
    {
        var signatures = question.Dkim.Where(static signature => signature.Domain is not null).Take(MostSignatures).ToList();
        if (signatures.Count == 0)
            steps.Add(OurEvidence.DmarcNoSignature.Say());
        string mode = record.IsStrictForDkim ? "adkim=s" : "adkim=r";
        bool any = false;
        foreach (var signature in signatures)
        {
            string domain = DnsName.Normalise(signature.Domain!) ?? SafeText.Of(signature.Domain, 255);
            var notPassed = OurEvidence.DmarcDkimNotPassed.Say(domain, signature.Result.Word());
            if (signature.Result is not (AuthResult.Pass or AuthResult.TempError))
            {
                steps.Add(notPassed);
                continue;
            }

            bool aligned = await IsAlignedAsync(domain, record.IsStrictForDkim, cancel);
            if (!aligned)
                steps.Add(OurEvidence.DmarcDkimUnaligned.Say(domain, author, mode));
            else if (signature.Result == AuthResult.Pass)
                steps.Add(OurEvidence.DmarcDkimAligned.Say(domain, author, mode));
            else
                Uncertain(notPassed);
            any |= aligned && signature.Result == AuthResult.Pass;
        }

        return any;
    }

    /// <summary>Strict: the same name. Relaxed: the same organization, which only a name within the author's can have.</summary>
    private async ValueTask<bool> IsAlignedAsync(string domain, bool isStrict, CancellationToken cancel)
    {
        if (domain == author)
            return true;
        if (isStrict)
            return false;
        try
        {
            organization ??= (await walk.OrganizationAsync(author, cancel)).Domain;
            return DnsName.IsWithin(domain, organization)
                && (domain == organization || (await walk.OrganizationAsync(domain, cancel)).Domain == organization);
        }
        catch (DmarcSilenceException)
        {
            isUncertain = true;
            return false;
        }
    }

    private void Uncertain(Finding step)
    {
        isUncertain = true;
        steps.Add(step);
    }
}
