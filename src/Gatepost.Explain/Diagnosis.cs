using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>Joins what a document says with what the catalogue knows.</summary>
internal sealed class Diagnosis(ReplyDatabase knowledge)
{
    private readonly Ladder ladder = new(knowledge);
    private readonly OutcomeReader outcomes = new(knowledge.Notices);

    public Report Of(Observation observation)
    {
        if (observation.More is { } more && !TellsAll(observation))
        {
            observation.More = null;
            more();
        }

        var verdict = ladder.Decide(observation);
        var (match, candidate, codes) = (verdict.Match, verdict.Statement, verdict.Codes);
        var stage = observation.Stage ?? Place.StageOf(observation);
        var reason = SenderSide.Of(ReasonOf(observation, match, codes, verdict), observation, verdict.Nearest, stage);
        bool byEntry = observation.SettledAs is null && (match.Entry.Reason == reason
            || (match.Entry.Reason is null && observation.Settled is null));
        var entry = byEntry ? match.Entry : EntryFor(reason, observation.SettledAs, observation.SettledActors);
        var action = ActionOf(observation, reason, codes);
        string said = (candidate ?? (observation.Candidates.Count > 0 ? observation.Candidates[0] : null))?.Words.Text ?? "";
        var evidence = new List<Quotation>();
        if (observation.Settled is null)
            candidate?.Words.AddEvidence(evidence, match.Start, match.Length);
        AddCodes(evidence, codes);
        if (evidence.Count == 0 && observation.Candidates.Count > 0)
            observation.Candidates[0].Words.AddEvidence(evidence, 0, Math.Min(160, observation.Candidates[0].Words.Text.Length));

        return new Report(knowledge)
        {
            Recipient = SenderSide.Owns(reason, observation, said) ? null : observation.Recipient,
            Reason = reason,
            Entry = entry,
            EnhancedStatus = codes.Status,
            ReplyCode = codes.Code,
            Action = action,
            Outcome = outcomes.Of(observation, action, reason, codes.Code, codes.Status),
            VerdictId = VerdictIdOf(observation),
            QueueId = observation.QueueId,
            LogId = observation.LogId,
            OtherCause = observation.Settled is null ? match.Other : null,
            NumberMisleads = match.Basis < Basis.Status && ContradictingNumber.Is(reason, codes.Code, codes.Status),
            RemoteHost = observation.RemoteHost ?? Place.HostOf(observation),
            Stage = stage,
            Basis = match.Basis,
            Confidence = Sureness.Of(observation, match, candidate),
            Evidence = evidence,
            Replies = RepliesOf(observation),
            Said = said,
            Statements = [.. verdict.Statements.Select(judged => judged.Told(stage))],
            Because = verdict.Because,
            Time = observation.Time,
            FirstTime = observation.FirstTime,
        };
    }

    /// <summary>Does the reply itself say why, in plain words and with its code? Then the notice around it need not be read.</summary>
    private bool TellsAll(Observation observation)
    {
        if (observation.Candidates.Count != 1)
            return false;
        var only = observation.Candidates[0];
        var (_, codes, nearness) = only;
        return nearness == Nearness.Reply && codes.Code is not null && (codes.Status ?? observation.FieldStatus) is { } status
            && !ReportedCodes.IsBare(status) && ladder.Judge(observation, only).Match is { Basis: < Basis.Status, Weight: >= 60 };
    }

    private Reason ReasonOf(Observation observation, Match match, ReportedCodes codes, LadderVerdict verdict)
    {
        if (observation.Settled is { } settled)
            return settled;
        if (observation.Action is DeliveryAction.Delivered or DeliveryAction.Relayed or DeliveryAction.Expanded)
            return Reason.Delivered;
        if (match.Entry.Reason is null || (codes.Status?.Class == 2 && codes.Code is null))
            return outcomes.TookTheMessage(observation) ? Reason.Delivered : Reason.Accepted;
        var reason = match.Entry.Reason;

        // Given up although each attempt was only put off: the time of the queue ran out over an unanswered connection.
        if (reason == Reason.HostUnreachable && match.Entry.Kind != EntryKind.Own && observation.EntryId is null
            && (observation.Action == DeliveryAction.Failed || (observation.Action == DeliveryAction.Delayed && observation.IsNotice))
            && (codes.Status?.Class ?? codes.Code / 100) is null or 4 && Silent(observation))
            return Reason.DeliveryExpired;

        // A notice that only says it still tries has said why: time has not been enough so far.
        return observation.Action == DeliveryAction.Delayed && reason == Reason.Unknown ? Reason.DeliveryExpired : reason;
    }

    private static readonly WordSet Silence = new(
        "timed out", "timeout", "did not accept our requests to connect", "did not respond", "no response", "not reachable",
        "in the queue too long");

    private static bool Silent(Observation observation) =>
        observation.Candidates.Exists(candidate => Silence.IsIn(candidate.Words.Text));

    private static DeliveryAction ActionOf(Observation observation, Reason reason, ReportedCodes codes)
    {
        if (observation.Action != DeliveryAction.Unknown)
            return observation.Action;
        if (reason == Reason.Delivered)
            return DeliveryAction.Delivered;
        if (reason == Reason.Accepted)
            return DeliveryAction.Unknown;
        if (reason.Permanence == Permanence.None)
            return DeliveryAction.Unknown;
        int digit = codes.Status?.Class ?? codes.Code / 100 ?? 0;
        return digit == 5 ? DeliveryAction.Failed : digit == 4 ? DeliveryAction.Delayed : DeliveryAction.Unknown;
    }

    private static string? VerdictIdOf(Observation observation)
    {
        foreach (var candidate in observation.Candidates)
            if (VerdictId.In(candidate.Words.Text) is { } id)
                return id;
        return null;
    }

    internal static ReplyEntry EntryFor(Reason reason, string? id = null, Actors? actors = null) => new()
    {
        Id = id ?? reason.Word,
        Kind = id is null ? EntryKind.Unintelligible : EntryKind.Dialect,
        Classic = new ReplyForm(0, null, ""),
        Reason = reason,
        ActorsOverride = actors,
    };

    private static void AddCodes(List<Quotation> evidence, ReportedCodes codes)
    {
        if (codes.CodeWords is not null && codes.CodeAt >= 0)
            codes.CodeWords.AddEvidence(evidence, codes.CodeAt, 3);
        if (codes.StatusWords is not null && codes.StatusAt >= 0)
            codes.StatusWords.AddEvidence(evidence, codes.StatusAt, codes.StatusLength);
    }

    private static List<QuotedReplyText> RepliesOf(Observation observation)
    {
        var replies = new List<QuotedReplyText>();
        foreach (var candidate in observation.Candidates)
            if (candidate.Nearness <= Nearness.Reporter && !candidate.Codes.IsEmpty && replies.Count < 8)
                replies.Add(
                    new QuotedReplyText(candidate.Nearness == Nearness.Reporter ? Speaker.Reporter
                        : Speaker.Remote, candidate.Codes.Code, candidate.Codes.Status, candidate.Words.Text));
        return replies;
    }
}
