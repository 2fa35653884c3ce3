namespace Gatepost.Replies;

/// <summary>Finds the entry for a reply somebody else gave. Always ends at some entry: at worst that of the basic code.</summary>
public static partial class ReplyCatalogue
{
    /// <summary>Makes the reply another server gave.</summary>
    /// <param name="code">Three digits as read off the wire.</param>
    /// <param name="text">Everything after the code and its separator, lines separated by <c>\n</c>, enhanced status still in it.</param>
    public static Reply Recognise(int code, string text)
    {
        EnhancedStatus? status = EnhancedStatus.TryReadPrefix(text, out var read, out int length) ? read : (EnhancedStatus?)null;
        string words = status is null ? text : text[length..].TrimStart(' ');
        return Reply.Received(Unrecognised, code, status, words);
    }

    /// <summary>Where nothing is known.</summary>
    public static ReplyEntry Unrecognised { get; } = new()
    {
        Id = "unrecognised",
        Kind = EntryKind.Unintelligible,
        Classic = new(0, null, ""),
        Reason = Reason.Unknown,
    };
}
