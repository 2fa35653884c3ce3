using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>
/// Weighs what the words, the status and the code of one text say, and chooses the entry. Text outweighs status, status outweighs code.
/// </summary>
internal sealed class ReplyJudge(PatternMatcher matcher, Func<Reason, ReplyEntry> general)
{
    /// <summary>Words that say less than this name no second cause.</summary>
    private const int LeastSecond = 40;

    /// <summary>What a status adds whose detail says something.</summary>
    private const int TellingStatus = 30;

    /// <inheritdoc cref="FamilyMatcher.IsAboutMail"/>
    public bool IsAboutMail(ReadOnlySpan<char> text) => matcher.IsAboutMail(text);

    /// <param name="text">The whole text.</param>
    /// <param name="reading">Code, status and extent of the reply in it.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    /// <param name="isOurs">True if our own entries may answer.</param>
    public Match Decide(ReadOnlySpan<char> text, in ReplyReading reading, string? remoteHost, bool isOurs)
    {
        // A yes needs no reason, and the words of one mean something else: "251 the recipient's account is elsewhere".
        if (!isOurs && Good(text, reading) is { } good)
            return good;

        Span<Vote> votes = stackalloc Vote[Reason.All.Count + 1];
        matcher.Listen(text, reading, remoteHost, isOurs, votes);
        var statusEntry = AddStatus(reading, votes);
        var codeEntry = AddCode(reading, votes);

        int best = -1;
        for (int i = 0; i < votes.Length; i++)
        {
            if (votes[i].Total > 0 && (best < 0 || votes[i].Total > votes[best].Total))
                best = i;
        }

        if (best >= 0 && votes[best].Best > 0)
        {
            best = OfDomain(votes, best);
            var phrase = matcher[votes[best]];
            var (entry, basis) = phrase.Basis == Basis.Own && !isOurs ? (general(phrase.Entry.Reason ?? Reason.Unknown), Basis.Words)
                : (phrase.Entry, phrase.Basis);
            if (basis == Basis.Words && PseudoCode(reading, entry.Reason) is { } number)
                entry = number;
            return new Match(entry, basis, votes[best].Start, votes[best].Length, votes[best].Total)
            {
                Other = Second(votes, best),
                StatusAgrees = votes[best].Status >= TellingStatus,
                IsContested = IsContested(votes, best),
            };
        }

        return WithoutWords(reading, statusEntry, codeEntry);
    }

    /// <summary>The cause that other words of the text name nearly as plainly: "unknown or disabled mailbox", "spam or virus".</summary>
    private static Reason? Second(ReadOnlySpan<Vote> votes, int best)
    {
        int second = -1;
        for (int i = 0; i < votes.Length - 1; i++)
            if (i != best && IsClose(votes[i], votes[best]) && votes[i].IsApart(votes[best])
                && (second < 0 || votes[i].Total > votes[second].Total))
                second = i;
        return second < 0 || Reason.All[second].Permanence == Permanence.None || Reason.All[second] == Reason.Unknown ? null
            : Reason.All[second];
    }

    /// <summary>Whether other words of comparable weight, at any place, or a specific status speak for another cause.</summary>
    private static bool IsContested(ReadOnlySpan<Vote> votes, int best)
    {
        for (int i = 0; i < votes.Length - 1; i++)
            if (i != best && (votes[i].Status >= TellingStatus || IsClose(votes[i], votes[best]))
                && !IsWider(i, best) && !IsWider(best, i))
                return true;
        return false;
    }

    /// <summary>Whether its words weigh nearly as much as the best.</summary>
    private static bool IsClose(in Vote other, in Vote best) =>
        other.Best > 0 && other.BestWeight >= LeastSecond && other.Total * 4 >= best.Total * 3;

    private static bool IsWider(int reason, int other) =>
        reason < Reason.All.Count && other < Reason.All.Count && Reason.All[reason].Word == Reason.All[other].Wider;

    private static readonly int Domain = ReasonIndex.Of(Reason.DomainNotFound), Mailbox = ReasonIndex.Of(Reason.MailboxUnknown);

    /// <summary>No address is dead by words that are about its domain: "the domain example.org does not exist".</summary>
    private static int OfDomain(ReadOnlySpan<Vote> votes, int best)
    {
        if (best != Mailbox || votes[Domain].BestWeight < LeastSecond)
            return best;
        var (about, words) = (votes[Domain], votes[best]);
        return words.Status < TellingStatus && about.Length > words.Length
            && about.Start <= words.Start && about.Start + about.Length >= words.Start + words.Length
            ? Domain : best;
    }

    /// <summary>2yz and 3yz, by their code or by the status alone.</summary>
    private static Match? Good(ReadOnlySpan<char> text, in ReplyReading reading)
    {
        // The code leads the text, or it was read elsewhere and there are no words.
        if (
            reading.Code is >= 200 and < 400
            && (
                text.Trim().IsEmpty || (text.TrimStart(" <\"'(\t") is var reply && reply.Length > 2
                    && int.TryParse(reply[..3], out int code) && code == reading.Code)))
            return new Match(BasicCodes.Find(reading.Code.Value)!, Basis.Code, reading.CodeStart, reading.CodeLength, 10);
        if (reading.Code is >= 200 and < 300 && IsYes(text, reading.Code.Value))
            return new Match(BasicCodes.Find(reading.Code.Value)!, Basis.Code, reading.CodeStart, reading.CodeLength, 10);
        return reading.Code is null && reading.Status?.Class == 2
            ? new Match(StatusCodes.Find(reading.Status.Value) is { Reason: null } entry ? entry
                : BasicCodes.Classes[1], Basis.Status, reading.StatusStart, reading.StatusLength, 15)
            : null;
    }

    /// <summary>What follows a code that is quoted in a sentence: "short response: 250 Accepted" is a yes whatever comes before.</summary>
    private static bool IsYes(ReadOnlySpan<char> text, int code)
    {
        int at = text.IndexOf([(char)('0' + (code / 100)), (char)('0' + (code / 10 % 10)), (char)('0' + (code % 10)), ' ']);
        if (at < 0)
            return false;
        var words = text[(at + 4)..].TrimStart(" -");
        foreach (string yes in (ReadOnlySpan<string>)["accepted", "ok", "2.", "queued", "message accepted", "requested mail action okay"])
            if (words.StartsWith(yes, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>A number that only mail programs print says more closely what general words beside it mean: 111, 449, 471.</summary>
    private static ReplyEntry? PseudoCode(in ReplyReading reading, Reason? reason)
    {
        if (reading.Code is not { } code || !BasicCodes.IsKnown(code) || BasicCodes.IsRegistered(code) || reason is null)
            return null;
        var number = BasicCodes.Find(code)!;
        return number.Reason == reason || number.Reason?.Wider == reason.Word || reason == Reason.Unknown
            || (IsOfTheWay(number.Reason) && IsOfTheWay(reason)) ? number : null;
    }

    /// <summary>Failures on the way and of machines, which loose words distinguish badly.</summary>
    private static bool IsOfTheWay(Reason? reason) =>
        reason == Reason.HostUnreachable || reason == Reason.DnsFailure || reason == Reason.ConfigurationError
            || reason == Reason.SystemError;

    private static Match WithoutWords(in ReplyReading reading, ReplyEntry? status, ReplyEntry? code)
    {
        if (status is not null && (status.Reason != Reason.Unknown || code?.Reason is null || code.Reason == Reason.Unknown))
            return new Match(status, Basis.Status, reading.StatusStart, reading.StatusLength, 15);
        if (code is not null)
            return new Match(code, Basis.Code, reading.CodeStart, reading.CodeLength, 10);
        return new Match(ReplyEntry.Unrecognised, Basis.Unknown, 0, 0, 0);
    }

    /// <summary>
    /// The status speaks for its reason: clearly where its detail says something, a little where it is one of the catch-alls.
    /// </summary>
    private static ReplyEntry? AddStatus(in ReplyReading reading, Span<Vote> votes)
    {
        if (reading.Status is not { } status || StatusCodes.Find(status) is not { } entry)
            return null;
        if (entry.Reason is { } reason && reason != Reason.Unknown)
            votes[ReasonIndex.Of(reason)].Status = IsVague(status) ? 14 : TellingStatus;
        return entry;
    }

    private static ReplyEntry? AddCode(in ReplyReading reading, Span<Vote> votes)
    {
        if (reading.Code is not { } code)
            return null;
        if (DotsRestored(code) is { } status && !BasicCodes.IsKnown(code) && StatusCodes.IsKnown(status))
        {
            var restored = StatusCodes.Find(status)!;
            if (restored.Reason is { } meant && meant != Reason.Unknown)
                votes[ReasonIndex.Of(meant)].Code = 20;
            return restored;
        }

        var entry = BasicCodes.Find(code);
        if (entry?.Reason is { } reason && reason != Reason.Unknown)
            votes[ReasonIndex.Of(reason)].Code = 8;
        return entry;
    }

    /// <summary>522 as 5.2.2: only for a code that no standard knows, or that is known to be such a status.</summary>
    public static EnhancedStatus? DotsRestored(int? code)
    {
        if (code is not { } known || known / 100 is not (4 or 5) || BasicCodes.IsRegistered(known)
            || (known / 10 == 54 && !BasicCodes.IsKnown(known)))
            return null;
        return new EnhancedStatus(known / 100, known / 10 % 10, known % 10);
    }

    public static bool IsVague(EnhancedStatus status) =>
        status.Detail == 0 || status is { Subject: 7, Detail: 1 } or { Subject: 5 } || !StatusCodes.IsKnown(status);
}
