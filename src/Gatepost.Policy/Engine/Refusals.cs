using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>Turns what a rule said into what the client hears: form, id, link to the explanation, and the count.</summary>
/// <param name="ids">Null gives no ids: for dry runs, of which there is no record to find.</param>
/// <param name="alarms">Raised when judging itself fails.</param>
internal sealed class Refusals(VerdictIds? ids, Alarms alarms)
{
    public RuleCounts Counts { get; } = new();

    /// <summary>Turns a refusal into a pass that says what would have been replied; a pass stays what it is.</summary>
    public Verdict Warn(Verdict verdict, ReplyStyle style)
    {
        if (verdict.Passes)
            return verdict;
        Counts.Warned(verdict.Rule);
        return Verdict.Pass(verdict.Rule, OurEvidence.WarnsOnly.Say(verdict.Reply!.As(style).ToString(), verdict.Why));
    }

    /// <summary>Speaks the refusal in its form and gives it an id under which its evidence is found again.</summary>
    /// <param name="own">The form the rule has of its own; null takes the general one.</param>
    /// <param name="before">What the rules asked before this one saw.</param>
    public Verdict Refuse(Verdict verdict, ReplyStyle? own, PolicyOptions options, IReadOnlyList<Fact> before)
    {
        string? id = ids?.Next();
        var reply = verdict.Reply!.As(own ?? options.Replies);
        if (id is not null)
            reply = reply.Adding($"[{id}]");
        if (id is not null && options.ExplainUrl is { } page)
            reply = reply.Adding(new Uri(page, id).AbsoluteUri);
        Counts.Refused(verdict.Rule);
        return new Verdict
        {
            Rule = verdict.Rule,
            Why = verdict.Why,
            Reply = reply,
            Facts = before.Count == 0 ? verdict.Facts : [.. verdict.Facts, .. before],
            Disconnect = verdict.Disconnect,
            Id = id,
        };
    }

    /// <summary>A rule or a table of ours failed: the client is asked to come back, the admin finds the cause under the id.</summary>
    public Verdict Fail(Stage stage, Exception fault, PolicyOptions options)
    {
        bool directory = fault is DirectoryUnavailableException;
        string rule = directory ? "directory-unavailable" : "configuration-problem";
        alarms.Raise($"{rule}:{stage}:{fault.GetType().Name}", OurEvidence.JudgingFailedDefers.Say(stage.ToString(), fault.Message));
        return Refuse(
            Verdict.Refuse(
                rule,
                (directory ? ServerReplies.DirectoryUnavailable : ServerReplies.ConfigurationProblem).Say(),
                OurEvidence.JudgingFailed.Say(stage.ToString(), fault.Message),
                OurFacts.Fault.Is(FailureText.Of(fault)),
                OurFacts.WouldPass.Is(OurEvidence.PassFaultFixed.Say())),
            own: null,
            options,
            before: []);
    }
}
