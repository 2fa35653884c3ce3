using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message in which a filter found malware.</summary>
public sealed class VirusFound : IRule
{
    public string Name => "virus-found";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public bool IsIdle(PolicyOptions options) => options.Scanners.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Scans is not { } scans || await scans.FindAsync(ScanOutcome.Virus) is not { } found)
            return Verdict.Unremarkable;
        return Verdict.Refuse(
            Name,
            MessageReplies.VirusFound.Say(("name", found.Told)),
            OurEvidence.VirusFound.Say(found.Scanner, found.Told),
            [OurFacts.Filter.Is(found.Scanner), .. found.Facts ?? [], OurFacts.WouldPass.Is(OurEvidence.PassWithoutVirus.Say())]);
    }
}
