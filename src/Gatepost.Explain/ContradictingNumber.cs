using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Reports where a server's words and its number say different things. Then the words count, and the answer says so.</summary>
internal static class ContradictingNumber
{
    /// <summary>Codes of one meaning; the others are given for nearly everything.</summary>
    private static readonly int[] Particular = [
        422, 431, 441, 442, 446, 447, 449, 511, 512, 513, 521, 523, 525, 530, 534, 535, 538, 541, 551, 556];

    /// <param name="reason">What the words say.</param>
    /// <param name="code">The reply code.</param>
    /// <param name="status">The enhanced status.</param>
    public static bool Is(Reason reason, int? code, EnhancedStatus? status)
    {
        if (reason == Reason.Unknown || reason.Permanence == Permanence.None)
            return false;
        if (status is { } known && StatusCodes.IsKnown(known) && known.Detail != 0 && StatusCodes.Find(known)?.Reason is { } meant
            && !Agree(reason, meant) && !(known is { Subject: 7, Detail: 1 } && !IsAboutMailbox(reason)))
            return true;
        return code is { } number && Particular.Contains(number) && BasicCodes.Find(number)?.Reason is { } said && !Agree(reason, said);
    }

    private static bool Agree(Reason one, Reason other) =>
        one == other || other == Reason.Unknown || one.Wider == other.Word || other.Wider == one.Word
            || (one.Wider is not null && one.Wider == other.Wider)
        || (one.Actors == other.Actors && one.Permanence == other.Permanence && one.Retry == other.Retry);

    private static bool IsAboutMailbox(Reason reason) =>
        reason == Reason.MailboxUnknown || reason == Reason.MailboxFull || reason == Reason.MailboxDisabled || reason == Reason.MailLoop;
}
