using Gatepost.Dns;
using Gatepost.MailAuth.Iprev;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Spf;

/// <summary>One run of <c>check_host()</c> with what it has used up: records, includes, redirects, the explanation.</summary>
internal sealed class SpfCheck(IResolver dns, SpfMacroValues values, List<Finding> steps)
{
    private const int ShownRecord = 450;
    private const int ShownTerm = 200;

    private ReverseNames? clientNames;

    public int Lookups { get; private set; }

    public int Voids { get; private set; }

    public IResolver Dns => dns;

    public SpfMacroValues Values => values;

    /// <param name="domain">Whose record is read.</param>
    /// <param name="through">The terms that lead here.</param>
    /// <param name="cancel">Ends the check.</param>
    public async Task<SpfDecision> EvaluateAsync(string domain, IReadOnlyList<string> through, CancellationToken cancel)
    {
        var (record, result) = await ReadAsync(domain, cancel);
        if (record is null)
            return new SpfDecision(result, domain) { Through = through };

        var matcher = new SpfMatcher(this, domain);
        foreach (var term in record.Terms)
        {
            if (term.Mechanism == SpfMechanism.Include)
            {
                if (await IncludeAsync(term, domain, through, cancel) is { } included)
                    return included with { Explanation = record.Explanation };
                continue;
            }

            var match = await matcher.MatchAsync(term, cancel);
            if (match == SpfMatch.No)
                continue;
            if (match == SpfMatch.Yes)
                steps.Add(OurEvidence.SpfMatched.Say(Shown(term), domain));
            return new SpfDecision(ResultOf(match, term), domain)
            {
                Term = Shown(term),
                Through = through,
                Explanation = record.Explanation,
            };
        }

        if (record.Redirect is { } redirect && !record.Terms.Any(static term => term.Mechanism == SpfMechanism.All))
            return await RedirectAsync(redirect, domain, through, cancel);
        steps.Add(OurEvidence.SpfNothingMatched.Say(domain));
        return new SpfDecision(AuthResult.Neutral, domain) { Through = through };
    }

    /// <summary>The text for a rejected sender; null if the domain has none or it cannot be used (RFC 7208 §6.2).</summary>
    public async Task<string?> ExplainAsync(SpfDecision decision, CancellationToken cancel)
    {
        if (decision.Explanation is not { } where)
            return null;
        string name = await ExpandAsync(where, decision.Domain, cancel);
        var answer = await dns.TxtAsync(name, cancel);
        var why = answer switch
        {
            { Outcome: DnsOutcome.Unanswered } => OurEvidence.SpfSilence.Say(answer.Detail),
            { Records.Count: 0 } => OurEvidence.SpfNoText.Say(),
            { Records.Count: > 1 } => OurEvidence.SpfSeveralTexts.Say(answer.Records.Count),
            _ when answer.Records[0].AsSpan().ContainsAnyExceptInRange(' ', '~') => OurEvidence.SpfNotAscii.Say(),
            _ => null,
        };
        SpfMacroString? text = null;
        if (why is null)
            text = SpfMacroString.Parse(answer.Records[0], SpfMacroUse.Explanation, out why);
        if (text is null)
        {
            steps.Add(OurEvidence.SpfNoExplanation.Say(SafeText.Of(name, 255), why!));
            return null;
        }

        string explanation = text.ExpandText(await ValuesForAsync(text, decision.Domain, cancel));
        steps.Add(OurEvidence.SpfExplanation.Say(decision.Domain, SafeText.Of(explanation, ShownRecord)));
        return explanation;
    }

    public void Add(Finding step) => steps.Add(step);

    /// <summary>Counts a term that causes questions; false for the eleventh.</summary>
    public bool CountLookup(string term, string domain)
    {
        if (Lookups >= SpfLimits.Lookups)
        {
            steps.Add(OurEvidence.SpfTooManyLookups.Say(term, domain, SpfLimits.Lookups));
            return false;
        }

        steps.Add(OurEvidence.SpfLookup.Say(++Lookups, SpfLimits.Lookups, term, domain));
        return true;
    }

    /// <summary>Counts a term to which DNS has no answer; false for the third.</summary>
    public bool CountVoid(string term, string name)
    {
        if (Voids >= SpfLimits.Voids)
        {
            steps.Add(OurEvidence.SpfTooManyVoids.Say(term, SafeText.Of(name, 255), SpfLimits.Voids));
            return false;
        }

        steps.Add(OurEvidence.SpfVoid.Say(++Voids, SpfLimits.Voids, term, SafeText.Of(name, 255)));
        return true;
    }

    public async ValueTask<string> ExpandAsync(SpfMacroString text, string domain, CancellationToken cancel) =>
        text.ExpandName(await ValuesForAsync(text, domain, cancel));

    /// <summary>The names of the client that lead back to it; asked for once.</summary>
    public async ValueTask<ReverseNames> ClientNamesAsync(CancellationToken cancel) =>
        clientNames ??= await ReverseNames.AskAsync(dns, values.Client, cancel);

    public static string Shown(SpfTerm term) => SafeText.Of(term.Text, ShownTerm);

    private async Task<(SpfRecord? Record, AuthResult Result)> ReadAsync(string domain, CancellationToken cancel)
    {
        var answer = await dns.TxtAsync(domain, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
        {
            steps.Add(OurEvidence.SpfRecordUnanswered.Say(domain, answer.Detail));
            return (null, AuthResult.TempError);
        }

        var records = answer.Records.Where(SpfRecord.IsSpf).ToList();
        if (records.Count == 0)
        {
            bool exists = answer.Outcome != DnsOutcome.NoSuchName;
            steps.Add(exists ? OurEvidence.SpfNoRecord.Say(domain) : OurEvidence.SpfNoSuchDomain.Say(domain));
            return (null, AuthResult.None);
        }

        if (records.Count > 1)
        {
            steps.Add(OurEvidence.SpfSeveralRecords.Say(domain, records.Count));
            return (null, AuthResult.PermError);
        }

        steps.Add(OurEvidence.SpfRecord.Say(domain, SafeText.Of(records[0], ShownRecord)));
        if (records[0].Length > SpfLimits.RecordLength)
        {
            steps.Add(OurEvidence.SpfRecordTooLong.Say(domain));
            return (null, AuthResult.PermError);
        }

        if (SpfRecord.Parse(records[0], out string term, out var why) is { } record)
            return (record, AuthResult.None);
        steps.Add(OurEvidence.SpfSyntax.Say(domain, SafeText.Of(term, ShownTerm), why!));
        return (null, AuthResult.PermError);
    }

    /// <summary>Null if the included record does not pass, which is no match (RFC 7208 §5.2).</summary>
    private async Task<SpfDecision?> IncludeAsync(SpfTerm term, string domain, IReadOnlyList<string> through, CancellationToken cancel)
    {
        string shown = Shown(term);
        var stopped = new SpfDecision(AuthResult.PermError, domain) { Term = shown, Through = through };
        if (!CountLookup(shown, domain))
            return stopped;
        if (!CanExpand(term))
            return null;
        string target = await ExpandAsync(term.Domain!, domain, cancel);
        var included = await EvaluateAsync(target, [.. through, shown], cancel);
        switch (included.Result)
        {
            case AuthResult.Pass:
                steps.Add(OurEvidence.SpfIncludePassed.Say(shown, domain));
                return included with { Result = term.Result, Domain = domain };
            case AuthResult.TempError:
                return included with { Domain = domain };
            case AuthResult.PermError:
                return included with { Domain = domain };
            case AuthResult.None:
                steps.Add(OurEvidence.SpfIncludeMissing.Say(shown, domain));
                return stopped;
            default:
                steps.Add(OurEvidence.SpfIncludeNoMatch.Say(shown, domain, included.Result.Word()));
                return null;
        }
    }

    /// <summary>The redirected domain's record in place of this one; its absence is an error (RFC 7208 §6.1).</summary>
    private async Task<SpfDecision> RedirectAsync(
        SpfMacroString redirect, string domain, IReadOnlyList<string> through, CancellationToken cancel)
    {
        string shown = SafeText.Of("redirect=" + redirect.Text, ShownTerm);
        var stopped = new SpfDecision(AuthResult.PermError, domain) { Term = shown, Through = through };
        if (!CountLookup(shown, domain))
            return stopped;
        string target = await ExpandAsync(redirect, domain, cancel);
        var redirected = await EvaluateAsync(target, [.. through, shown], cancel);
        if (redirected.Result != AuthResult.None)
            return redirected;
        steps.Add(OurEvidence.SpfRedirectMissing.Say(shown, domain));
        return stopped;
    }

    /// <summary>RFC 8616 §4: a local part with other letters than ASCII never matches what is made of it.</summary>
    public bool CanExpand(SpfTerm term)
    {
        if (term.Domain is not { UsesLocalPart: true } || System.Text.Ascii.IsValid(values.LocalPart))
            return true;
        steps.Add(OurEvidence.SpfLocalPartNotAscii.Say(Shown(term)));
        return false;
    }

    private async ValueTask<SpfMacroValues> ValuesForAsync(SpfMacroString text, string domain, CancellationToken cancel)
    {
        string? name = text.UsesClientName ? (await ClientNamesAsync(cancel)).Best(domain) : null;
        return values with { Domain = domain, ClientName = name ?? SpfMacroValues.Unknown };
    }

    private static AuthResult ResultOf(SpfMatch match, SpfTerm term) => match switch
    {
        SpfMatch.Yes => term.Result,
        SpfMatch.TempError => AuthResult.TempError,
        _ => AuthResult.PermError,
    };
}
