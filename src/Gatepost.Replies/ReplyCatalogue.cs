namespace Gatepost.Replies;

/// <summary>Finds the entry for a reply somebody else gave. Always ends at some entry: at worst that of the basic code.</summary>
public static class ReplyCatalogue
{
    private static ReplyDatabase? current;

    /// <summary>What replies are recognised by; what comes with the program unless <see cref="Use"/> said otherwise.</summary>
    public static ReplyDatabase Current => current ?? ReplyDatabase.BuiltIn;

    /// <summary>Recognises by this knowledge from now on: the program's, with the configuration folder's files over it. Null: the program's
    /// alone.</summary>
    public static void Use(ReplyDatabase? knowledge) => current = knowledge;

    /// <summary>What comes with the program and the files of a configuration folder. <see cref="ReplyDatabase.Problems"/> tells what could
    /// not be used.</summary>
    public static ReplyDatabase Load(string folder) => ReplyDatabase.Load(folder);

    /// <summary>Makes the reply another server gave.</summary>
    /// <param name="code">Three digits as read off the wire.</param>
    /// <param name="text">Everything after the code and its separator, lines separated by <c>\n</c>, enhanced status still in it.</param>
    public static Reply Recognise(int code, string text)
    {
        EnhancedStatus? status = EnhancedStatus.TryReadPrefix(text, out var read, out int length) ? read : (EnhancedStatus?)null;
        string words = status is null ? text : text.AsSpan(length).TrimStart(' ').ToString();
        // What goes well needs no explanation, and there is one for every relayed message: no matching.
        var entry = code is >= 200 and < 400 ? BasicCodes.Find(code)! : Current.Match(words, code, status).Entry;
        return Reply.Received(entry, code, status, words);
    }

    /// <summary>The entry for words whose code and status were read elsewhere; see <see cref="ReplyDatabase.Match"/>.</summary>
    public static Match Match(ReadOnlySpan<char> words, int? code = null, EnhancedStatus? status = null, string? remoteHost = null) =>
        Current.Match(words, code, status, remoteHost);

    /// <summary>Explains a text: a reply, a line of a log, the prose of a notice, a bare code.</summary>
    public static Explanation Explain(string text, ExplainHints? hints = null) => Current.Explain(text, hints);

    /// <summary>Explains a reply that was given or received.</summary>
    public static Explanation Explain(Reply reply, ExplainHints? hints = null) => Current.Explain(reply, hints);

    /// <summary>Where nothing is known.</summary>
    public static ReplyEntry Unrecognised { get; } = new()
    {
        Id = "unrecognised",
        Kind = EntryKind.Unintelligible,
        Classic = new(0, null, ""),
        Reason = Reason.Unknown,
    };
}
