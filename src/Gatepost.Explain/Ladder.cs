using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>Who decides, of all that was said about one recipient.</summary>
/// <remarks>
/// From the top: the reply of the other server (a Diagnostic-Code, a quoted reply, a line of a log) in words we know; its status where that
/// names a cause; what the reporting server or program said in its own words; the code. Standing text and the subject count only where
/// nothing else speaks, and never for "it lasted too long": that is the consequence of a cause that another statement names.
/// docs/explain.md has an example.
/// </remarks>
internal sealed class Ladder(ReplyDatabase database)
{
    /// <summary>More statements about one recipient are not weighed.</summary>
    private const int MaxStatements = 40;

    /// <summary>From this weight on words are plain (see <see cref="Match.Weight"/>).</summary>
    private const int PlainWords = Match.Plain;

    /// <summary>How much less the paragraph about a recipient counts beside a plain reply.</summary>
    private const int BesideReply = 40;

    public LadderVerdict Decide(Observation observation)
    {
        var statements = new List<Candidate>();
        foreach (var candidate in observation.Candidates)
            if (statements.Count < MaxStatements)
                StatementSplit.Add(statements, candidate);
        var codes = ReportedCodes.Of(observation, statements);
        var judged = statements.ConvertAll(statement => Judge(observation, statement));

        if (observation.EntryId is { } id && database.Entries.TryGetValue(id, out var named))
            return new LadderVerdict(
                new Match(named, BasisOf(named), 0, 0, 100), statements.Count > 0 ? statements[0] : null, codes, judged, Because.OurReport);

        Weigh(observation, judged);
        var best = judged.Where(each => each.Score > 0).MaxBy(each => each.Score);
        if (Fallback(observation, best, codes) is { } other)
            return new LadderVerdict(other.Match, other.Statement, codes, judged, other.Because);
        best!.Decides = true;
        return new LadderVerdict(best.Match, best.Statement, codes, judged, best.Statement.Nearness switch
        {
            <= Nearness.QuotedReply => best.Match.Basis < Basis.Status ? Because.RemoteWords : Because.RemoteNumber,
            Nearness.Reporter => Because.ReporterWords,
            _ => Because.NoticeWords,
        });
    }

    /// <summary>Looks the statement up in the catalogue, once: it is judged before it is known whether more must be read.</summary>
    public JudgedStatement Judge(Observation observation, Candidate statement)
    {
        if (observation.LookedUp is { } before && ReferenceEquals(before.Statement, statement))
            return new JudgedStatement(statement, before.Match);
        var status = statement.Codes.Status ?? (statement.Nearness == Nearness.Reply ? observation.FieldStatus : null);
        bool ours = observation.IsOurs || VerdictId.In(statement.Words.Text) is not null;
        var match = database.Match(statement.Core, statement.Codes.Code, status, observation.RemoteHost, ours);
        observation.LookedUp = (statement, match);
        return new JudgedStatement(statement, match);
    }

    private static void Weigh(Observation observation, List<JudgedStatement> judged)
    {
        bool answered = judged.Exists(each => each.Statement.Nearness < Nearness.Reporter && each.Statement.Codes.Code is not null);
        bool caused = judged.Exists(each =>
            each.Tells && each.Statement.Nearness <= Nearness.Reporter && each.Match.Entry.Reason != Reason.DeliveryExpired);

        // The other server spoke, and not of a dead address: what the reporter makes of it may not declare one.
        bool unheard = judged.Exists(each => each.Statement.Nearness < Nearness.Reporter && each.Statement.Codes.Code >= 500
            && each.HasWords)
            && !judged.Exists(each => each.Statement.Nearness < Nearness.Reporter && each.Tells
                && each.Match.Entry.Reason?.Permanence == Permanence.Hard);
        // A reply in words we know outweighs the reporter's paragraph around it: "5.1.1 (bad destination mailbox address)".
        bool replied = judged.Exists(each => each.Statement.Nearness == Nearness.Reply && each.Tells
            && (each.Statement.Codes.Code is not null || observation.LocalStep is not null) && each.Match.Weight >= PlainWords);

        // Given up after a final refusal: time was not what was missing, even where the refusal is in words we do not know.
        bool refused = judged.Exists(each => each.Statement.Nearness < Nearness.Reporter && each.Statement.Codes.Code >= 500
            && each.HasWords);
        bool ended = judged.Exists(each => each.Statement.Nearness <= Nearness.Reporter && each.Statement.Codes.Code >= 500);
        bool spoken = judged.Exists(each => each.Statement.Nearness is Nearness.Reply or Nearness.QuotedReply && each.HasWords);
        bool numbered = observation.FieldStatus is { } field && StatusCodes.Find(field) is { } entry && IsTelling(entry);
        foreach (var each in judged)
        {
            each.Score = Score(each.Match, each.Statement.Nearness, answered)
                - (replied && each.Statement.Nearness == Nearness.AboutRecipient ? BesideReply : 0);
            var reason = each.Match.Entry.Reason;
            if ((caused || spoken) && reason == Reason.DeliveryExpired && each.Statement.Nearness != Nearness.Reply)
                (each.Score, each.Standing) =
                    (refused && each.Statement.Nearness >= Nearness.Reporter ? 0 : Math.Max(1, each.Score - 120), Standing.Consequence);
            else if (ended && reason == Reason.HostUnreachable && each.Statement.Codes.Code is null && each.Match.Basis == Basis.Words)
                (each.Score, each.Standing) = (1, Standing.Consequence);
            else if (each.Statement.Nearness >= Nearness.Notice
                && (spoken || numbered || (each.Statement.Nearness == Nearness.Subject && IsGeneral(reason))))
                (each.Score, each.Standing) = (0, Standing.StandingText);
            else if (unheard && each.Statement.Nearness >= Nearness.Reporter && reason?.Permanence == Permanence.Hard)
                (each.Score, each.Standing) = (0, Standing.SummaryOfAnother);
            else
                each.Standing = each.Match.Basis == Basis.Unknown ? Standing.SaysNothingKnown : each.Statement.Nearness > Nearness.Reporter
                    ? Standing.StandingText : Standing.FurtherFromTheCause;
        }
    }

    /// <summary>What decides where no statement does: a local program that failed, or the codes alone.</summary>
    private (Match Match, Candidate? Statement, Because Because)? Fallback(
        Observation observation, JudgedStatement? best, ReportedCodes codes)
    {
        // What a local program says of a quota is about the mailbox it writes to.
        if (observation.LocalStep is not null && best is { Match: { Basis: Basis.Words or Basis.Dialect, Entry.Reason: { } full } }
            && (full == Reason.QuotaExceeded || full == Reason.MailboxFull || full == Reason.SystemFull))
            return (best.Match with { Entry = Diagnosis.EntryFor(Reason.MailboxFull), Weight = Math.Max(40, best.Match.Weight) },
                best.Statement, Because.RemoteWords);

        // A program's exit code says nothing but that it was the program.
        if (observation.LocalStep is { } step
            && (best is null || best.Match.IsVague || best.Match.Entry.Reason == Reason.SystemError || best.Match.Basis >= Basis.Status
                || best.Statement.Nearness >= Nearness.Notice)
            && !(best?.Match.Basis == Basis.Status && IsTelling(best.Match.Entry)))
            return (new Match(Diagnosis.EntryFor(Reason.LocalDeliveryFailed), Basis.Words, 0, step.Text.Length, 50),
                new Candidate(step, FoundCode.None, Nearness.Reply), Because.LocalProgram);

        if (best is not null && best.Match.Basis < Basis.Status && !best.Match.IsVague)
            return null;
        var byCode = database.Match("", codes.Code, codes.Status, observation.RemoteHost);
        return best is null || best.Match.Basis > byCode.Basis || (best.Match.Basis == byCode.Basis && byCode.Basis >= Basis.Status)
            ? (byCode, null, byCode.Basis == Basis.Unknown ? Because.Nothing : Because.RemoteNumber)
            : null;
    }

    /// <summary>Causes that subjects name for everything: "Mail System Error".</summary>
    private static bool IsGeneral(Reason? reason) =>
        reason == Reason.SystemError || reason == Reason.PolicyRefused || reason == Reason.AccessDenied
            || reason == Reason.LocalDeliveryFailed || reason == Reason.ContentRefused || reason == Reason.ProtocolError;

    private static Basis BasisOf(ReplyEntry entry) => entry.Kind switch
    {
        EntryKind.Own or EntryKind.Condition => Basis.Own,
        EntryKind.Dialect => Basis.Dialect,
        EntryKind.Status => Basis.Status,
        EntryKind.Basic => Basis.Code,
        _ => Basis.Unknown,
    };

    /// <summary>Plain words of the reply count most, then its status if that is specific, then what others wrote around it.</summary>
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

    /// <summary>
    /// What the reporter made of an answer, and the sentences around it, only count where the answer itself says nothing.
    /// </summary>
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
    private static bool IsTelling(ReplyEntry entry) =>
        !entry.Id.EndsWith(".0", StringComparison.Ordinal) && entry.Id is not "X.7.1" && entry.Reason is { } reason
            && reason != Reason.Unknown;
}
