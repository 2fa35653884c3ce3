namespace Gatepost.Replies.Catalogue;

public sealed partial class ReplyDatabase
{
    /// <summary>Makes the reply another server gave. Always finds an entry: at worst that of the basic code.</summary>
    /// <param name="code">Three digits as read from the wire.</param>
    /// <param name="text">Everything after the code and its separator, lines separated by <c>\n</c>, enhanced status still in it.</param>
    /// <param name="remoteHost">The server's name, if known: some wordings mean something else with one provider.</param>
    public Reply Recognise(int code, string text, string? remoteHost = null)
    {
        EnhancedStatus? status = EnhancedStatus.TryReadPrefix(text, out var read, out int length) ? read : (EnhancedStatus?)null;
        string words = status is null ? text : text.AsSpan(length).TrimStart(' ').ToString();
        // What goes well needs no explanation, and there is one for every relayed message: no matching.
        var entry = code is >= 200 and < 400 ? BasicCodes.Find(code)! : Match(words, code, status, remoteHost).Entry;
        return Reply.Received(entry, code, status, words);
    }
}
