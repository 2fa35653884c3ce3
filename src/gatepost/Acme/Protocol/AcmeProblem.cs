using Gatepost.Replies;

namespace Gatepost.Acme.Protocol;

/// <summary>Why an authority rejected something (RFC 9457, RFC 8555 §6.7).</summary>
internal sealed record AcmeProblem
{
    public const string BadNonce = "badNonce", RateLimited = "rateLimited", NoAccount = "accountDoesNotExist";

    private const string Prefix = "urn:ietf:params:acme:error:";

    /// <summary>Text of an authority that is shown at most, in characters.</summary>
    private const int LongestDetail = 500;

    private const int MostSubproblems = 5;

    public string? Type { get; init; }

    public string? Detail { get; init; }

    /// <summary>Which name it is about, inside <see cref="Subproblems"/>.</summary>
    public AcmeIdentifier? Identifier { get; init; }

    /// <summary>Of an order with several names, what is wrong with each (RFC 8555 §6.7.1).</summary>
    public IReadOnlyList<AcmeProblem>? Subproblems { get; init; }

    /// <summary>The last part of the URN; empty for another kind of problem.</summary>
    public string Name => Type?.StartsWith(Prefix, StringComparison.Ordinal) == true ? Type[Prefix.Length..] : "";

    /// <summary>What it means and who must act.</summary>
    public Finding ToFinding()
    {
        var parts = Subproblems?.OfType<AcmeProblem>().ToList() is { Count: > 0 } listed
            ? listed.Take(MostSubproblems).Select(Part).ToList() : [Part(this)];
        var all = parts[0];
        foreach (var part in parts.Skip(1))
            all = OurEvidence.AcmeBoth.Say(all, part);
        return all;
    }

    private static Finding Part(AcmeProblem problem)
    {
        string said = SafeText.Of(problem.Detail, LongestDetail).ToString();
        var meaning = ProblemWords.Find(problem.Name) is { } known
            ? known.Say(said) : OurEvidence.AcmeProblemUnknown.Say(SafeText.Of(problem.Type, LongestDetail).ToString(), said);
        return problem.Identifier is { } about ? OurEvidence.AcmeAbout.Say(SafeText.Of(about.Value, LongestDetail).ToString(), meaning)
            : meaning;
    }
}
