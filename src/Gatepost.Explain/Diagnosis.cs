using System.Buffers;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Joins what a document says with what the catalogue knows.</summary>
internal sealed class Diagnosis(ReplyDatabase knowledge)
{
    /// <summary>More texts about one recipient are not weighed.</summary>
    private const int MaxCandidates = 24;

    public Report Of(Observation observation)
    {
        if (observation.More is { } more && !TellsAll(observation))
        {
            observation.More = null;
            more();
        }

        var codes = CodesOf(observation);
        var (match, candidate) = Choose(observation, codes);
        var reason = ReasonOf(observation, match, codes);
        var entry = match.Entry.Reason == reason || match.Entry.Reason is null ? match.Entry : EntryFor(reason);
        var action = ActionOf(observation, reason, codes);
        string said = (candidate ?? (observation.Candidates.Count > 0 ? observation.Candidates[0] : null))?.Words.Text ?? "";
        var evidence = new List<Quotation>();
        candidate?.Words.AddEvidence(evidence, match.Start, match.Length);
        AddCodes(evidence, codes);
        if (evidence.Count == 0 && observation.Candidates.Count > 0)
            observation.Candidates[0].Words.AddEvidence(evidence, 0, Math.Min(160, observation.Candidates[0].Words.Text.Length));

        return new Report(knowledge)
        {
            Recipient = observation.Recipient,
            Reason = reason,
            Entry = entry,
            EnhancedStatus = codes.Status,
            ReplyCode = codes.Code,
            Action = action,
            Outcome = OutcomeReader.Of(observation, action, reason, codes.Code, codes.Status),
            VerdictId = VerdictIdOf(observation),
            NumberMisleads = match.Basis < Basis.Status && ContradictingNumber.Is(reason, codes.Code, codes.Status),
            RemoteHost = observation.RemoteHost ?? HostOf(observation),
            Stage = observation.Stage ?? StageOf(observation),
            Basis = match.Basis,
            Confidence = Sureness(observation, match),
            Evidence = evidence,
            Replies = RepliesOf(observation),
            Said = said,
        };
    }

    /// <summary>Does the reply itself say why, in plain words and with its code? Then the notice around it need not be read.</summary>
    private bool TellsAll(Observation observation)
    {
        if (observation.Candidates.Count != 1)
            return false;
        var only = observation.Candidates[0];
        var (_, codes, nearness) = only;
        return nearness == Nearness.Reply && codes.Code is not null && (codes.Status ?? observation.FieldStatus) is { } status && !IsBare(status)
            && knowledge.Match(only.Core, codes.Code, status, observation.RemoteHost) is { Basis: < Basis.Status, Weight: >= 60 };
    }

    /// <summary>The codes that are reported: each with the quote it stands in.</summary>
    private readonly record struct Codes(int? Code, Excerpt? CodeWords, int CodeAt, EnhancedStatus? Status, Excerpt? StatusWords, int StatusAt, int StatusLength);

    private static Codes CodesOf(Observation observation)
    {
        var codes = new Codes(null, null, -1, null, null, -1, 0);
        foreach (var candidate in observation.Candidates)
        {
            var found = candidate.Codes;
            if (codes.Code is null && found.Code is not null && candidate.Nearness < Nearness.Notice)
                codes = codes with { Code = found.Code, CodeWords = candidate.Words, CodeAt = found.CodeAt };

            // A status that only repeats the class yields to any that says more.
            if (found.Status is { } status && candidate.Nearness == Nearness.Reply && (codes.Status is null || IsBare(codes.Status.Value) && !IsBare(status)))
                codes = codes with { Status = status, StatusWords = candidate.Words, StatusAt = found.StatusAt, StatusLength = found.StatusLength };
        }

        if (observation.FieldStatus is { } field && (codes.Status is null || (IsBare(codes.Status.Value) && !IsBare(field))))
            codes = codes with { Status = field, StatusWords = observation.FieldStatusWords, StatusAt = 0, StatusLength = observation.FieldStatusWords?.Text.Length ?? 0 };
        if (codes.Status is { } known && !IsBare(known))
            return codes;

        foreach (var candidate in observation.Candidates)
            if (candidate.Nearness > Nearness.Reply && candidate.Codes.Status is { } status && (codes.Status is null || !IsBare(status)) && (codes.Status is null || codes.Status.Value.Class == status.Class))
                return codes with { Status = status, StatusWords = candidate.Words, StatusAt = candidate.Codes.StatusAt, StatusLength = candidate.Codes.StatusLength };
        return codes;
    }

    private static bool IsBare(EnhancedStatus status) => status.Subject == 0 && status.Detail == 0;

    private (Match Match, Candidate? Candidate) Choose(Observation observation, Codes codes)
    {
        if (observation.EntryId is { } id && knowledge.Entries.TryGetValue(id, out var own))
            return (new Match(own, Basis.Own, 0, 0, 100), observation.Candidates.Count > 0 ? observation.Candidates[0] : null);

        var best = default(Match);
        Candidate? chosen = null;
        int bestScore = int.MinValue;
        string? host = observation.RemoteHost;
        bool answered = observation.Candidates.Exists(candidate => candidate.Nearness < Nearness.Reporter && candidate.Codes.Code is not null);
        for (int i = 0; i < observation.Candidates.Count && i < MaxCandidates; i++)
        {
            var candidate = observation.Candidates[i];
            var status = candidate.Codes.Status ?? (candidate.Nearness == Nearness.Reply ? observation.FieldStatus : null);
            var match = knowledge.Match(candidate.Core, candidate.Codes.Code, status, host, observation.IsOurs || VerdictId.In(candidate.Words.Text) is not null);
            int score = Score(match, candidate.Nearness, answered);
            if (score > 0 && score > bestScore)
                (best, chosen, bestScore) = (match, candidate, score);
        }

        // A program's exit code says nothing but that it was the program.
        if (observation.LocalStep is { } step && (chosen is null || best.IsVague || best.Basis >= Basis.Status || chosen.Nearness >= Nearness.Notice)
            && !(best.Basis == Basis.Status && IsTelling(best.Entry)))
            return (new Match(EntryFor(Reason.LocalDeliveryFailed), Basis.Words, 0, step.Text.Length, 50), new Candidate(step, FoundCode.None, Nearness.Reply));

        if (chosen is null || best.Basis >= Basis.Status || best.IsVague)
        {
            var byCode = knowledge.Match("", codes.Code, codes.Status, host);
            if (chosen is null || best.Basis > byCode.Basis || (best.Basis == byCode.Basis && byCode.Basis >= Basis.Status))
                return (byCode, null);
        }

        return (best, chosen);
    }

    /// <summary>Plain words of the reply count most, then its status if that is telling, then what others wrote around it.</summary>
    private static int Score(Match match, Nearness nearness, bool answered) => match.Basis switch
    {
        Basis.Own when nearness <= Nearness.QuotedReply => 1000 - Distance(nearness, answered),
        Basis.Own => 220 - Distance(nearness, answered),
        Basis.Dialect or Basis.Words when nearness >= Nearness.Notice && match.IsVague => 0,
        Basis.Dialect or Basis.Words => 100 + match.Weight - Distance(nearness, answered),
        Basis.Status => (IsTelling(match.Entry) ? 116 : 90) - Distance(nearness, answered),
        Basis.Code => 40 - Distance(nearness, answered),
        _ => 0,
    };

    /// <summary>What the reporter made of an answer, and the sentences around it, only count where the answer itself says nothing.</summary>
    private static int Distance(Nearness nearness, bool answered) => nearness switch
    {
        Nearness.Reply => 0,
        Nearness.AboutRecipient => 3,
        Nearness.QuotedReply => 4,
        Nearness.Reporter => answered ? 70 : 10,
        Nearness.Notice => answered ? 75 : 20,
        _ => answered ? 80 : 30,
    };

    /// <summary>A status whose detail names a cause; X.0.0, X.1.0 and X.7.1 are given for everything.</summary>
    private static bool IsTelling(ReplyEntry entry) => !entry.Id.EndsWith(".0", StringComparison.Ordinal) && entry.Id is not "X.7.1" && entry.Reason is { } reason && reason != Reason.Unknown;

    private static Reason ReasonOf(Observation observation, Match match, Codes codes)
    {
        if (observation.Settled is { } settled)
            return settled;
        if (observation.Action is DeliveryAction.Delivered or DeliveryAction.Relayed or DeliveryAction.Expanded)
            return Reason.Delivered;
        if (match.Entry.Reason is null || (codes.Status?.Class == 2 && codes.Code is null))
            return OutcomeReader.TookTheMessage(observation) ? Reason.Delivered : Reason.Accepted;
        var reason = match.Entry.Reason;

        // Given up although each attempt was only put off: the time of the queue ran out over an unanswered connection.
        if (reason == Reason.HostUnreachable && match.Entry.Kind != EntryKind.Own && observation.EntryId is null && (observation.Action == DeliveryAction.Failed || (observation.Action == DeliveryAction.Delayed && observation.IsNotice)) && (codes.Status?.Class ?? codes.Code / 100) is null or 4 && Silent(observation))
            return Reason.DeliveryExpired;

        // A notice that only says it still tries has said why: time has not been enough so far.
        return observation.Action == DeliveryAction.Delayed && reason == Reason.Unknown ? Reason.DeliveryExpired : reason;
    }

    private static readonly SearchValues<string> Silence = WordSearch.Any("timed out", "timeout", "did not accept our requests to connect", "did not respond", "no response", "in the queue too long");

    private static bool Silent(Observation observation) =>
        observation.Candidates.Exists(candidate => candidate.Words.Text.AsSpan().ContainsAny(Silence));

    private static DeliveryAction ActionOf(Observation observation, Reason reason, Codes codes)
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

    private static ReplyEntry EntryFor(Reason reason) => new()
    {
        Id = reason.Word,
        Kind = EntryKind.Unintelligible,
        Classic = new ReplyForm(0, null, ""),
        Reason = reason,
    };

    private static Confidence Sureness(Observation observation, Match match)
    {
        if (observation.Settled is not null)
            return Confidence.High;
        return match.Basis switch
        {
            Basis.Own => Confidence.Certain,
            Basis.Dialect => match.IsVague ? Confidence.Medium : Confidence.High,
            Basis.Words => match.Weight >= 60 ? Confidence.High : match.IsVague ? Confidence.Low : Confidence.Medium,
            Basis.Status => Confidence.Medium,
            Basis.Code => Confidence.Low,
            _ => Confidence.None,
        };
    }

    private static void AddCodes(List<Quotation> evidence, Codes codes)
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
                replies.Add(new QuotedReplyText(candidate.Nearness == Nearness.Reporter ? Speaker.Reporter : Speaker.Remote, candidate.Codes.Code, candidate.Codes.Status, candidate.Words.Text));
        return replies;
    }

    /// <summary><c>host mx.example.org[192.0.2.1] said:</c>, <c>... while talking to mx.example.org.:</c></summary>
    private static string? HostOf(Observation observation)
    {
        foreach (var candidate in observation.Candidates)
            foreach (string before in (ReadOnlySpan<string>)["host ", "talking to ", "connect to ", "Connected to ", "server "])
            {
                string text = candidate.Words.Text;
                int at = text.IndexOf(before, StringComparison.Ordinal);
                if (at < 0)
                    continue;
                var host = text.AsSpan(at + before.Length);
                int end = 0;
                while (end < host.Length && (char.IsAsciiLetterOrDigit(host[end]) || host[end] is '.' or '-'))
                    end++;
                host = host[..end].TrimEnd('.');
                if (host.Contains('.') && end < 255)
                    return host.ToString();
            }

        return null;
    }

    private static readonly SearchValues<string> StageHints = WordSearch.Any("in reply to", "after ", "in RCPT TO", "refused to talk", ">>> ");

    private static readonly (string Words, string Stage)[] Stages =
    [
        ("in reply to RCPT", "RCPT TO"), ("in reply to MAIL", "MAIL FROM"), ("in reply to end of DATA", "end of data"), ("in reply to DATA", "DATA"), ("in reply to EHLO", "EHLO"), ("in reply to HELO", "HELO"),
        ("after RCPT TO", "RCPT TO"), ("after MAIL FROM", "MAIL FROM"), ("after end of data", "end of data"), ("after initial connection", "greeting"), ("after EHLO", "EHLO"), ("after pipelined", "RCPT TO"),
        ("in RCPT TO", "RCPT TO"), ("refused to talk to me", "greeting"), (">>> RCPT", "RCPT TO"), (">>> MAIL", "MAIL FROM"), (">>> DATA", "DATA"),
    ];

    private static string? StageOf(Observation observation)
    {
        foreach (var candidate in observation.Candidates)
        {
            var text = candidate.Words.Text.AsSpan();
            if (candidate.Nearness == Nearness.Subject || text.IndexOfAny(StageHints) is not (var first and >= 0))
                continue;
            foreach (var (words, stage) in Stages)
                if (text[first..].Holds(words))
                    return stage;
        }

        return null;
    }
}
