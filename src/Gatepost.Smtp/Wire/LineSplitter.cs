using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Wire;

/// <summary>What is at the front of the input.</summary>
internal enum LineKind
{
    /// <summary>No complete line yet.</summary>
    Incomplete,

    /// <summary>A line; it and its CRLF are still in the buffer.</summary>
    Complete,

    /// <summary>A line over its limit; it has been dropped from the buffer.</summary>
    TooLong,

    /// <summary>
    /// An LF without CR before it. The sender may mean the line to end there or not: nothing after it can be trusted.
    /// </summary>
    BareLineFeed,

    /// <summary>No line at all: the client began with another protocol.</summary>
    NotSmtp,
}

/// <summary>Cuts the input into command lines. CRLF ends a line and nothing else does (RFC 5321 §2.3.8).</summary>
/// <remarks>Gives the same lines however the octets are spread over reads.</remarks>
internal struct LineSplitter
{
    private int scanned;
    private bool skipping;
    private bool skippedCarriageReturn;
    private int skippedLimit;

    /// <summary>Octets dropped of a line that is too long and has not ended yet.</summary>
    public long Skipped { get; private set; }

    /// <summary>Finds the next line.</summary>
    /// <param name="input">What was read.</param>
    /// <param name="limitOf">Largest length with CRLF, by what the line begins with.</param>
    /// <param name="length">Of a complete line, without CRLF.</param>
    /// <param name="limit">The limit that applied.</param>
    public LineKind Next(InputBuffer input, Func<ReadOnlySpan<byte>, int> limitOf, out int length, out int limit)
    {
        var unread = input.Unread;
        int found = unread[scanned..].IndexOf((byte)'\n');
        length = limit = 0;
        if (found < 0)
        {
            Wait(input, limitOf);
            limit = skippedLimit;
            return LineKind.Incomplete;
        }

        int at = scanned + found;
        scanned = 0;
        bool carriageReturn = at > 0 ? unread[at - 1] == '\r' : skipping && skippedCarriageReturn;
        limit = skipping ? skippedLimit : limitOf(unread[..at]);
        bool tooLong = skipping || at + 1 > limit;
        skipping = false;
        Skipped = 0;
        if (!carriageReturn)
            return LineKind.BareLineFeed;
        if (tooLong)
        {
            input.Consume(at + 1);
            return LineKind.TooLong;
        }

        length = at - 1;
        return LineKind.Complete;
    }

    private void Wait(InputBuffer input, Func<ReadOnlySpan<byte>, int> limitOf)
    {
        var unread = input.Unread;
        int limit = skipping ? skippedLimit : limitOf(unread);
        if (!skipping && unread.Length < limit)
        {
            scanned = unread.Length;
            return;
        }

        scanned = 0;
        skipping = true;
        skippedLimit = limit;
        Skipped += unread.Length;
        if (!unread.IsEmpty)
            skippedCarriageReturn = unread[^1] == '\r';
        input.Discard();
    }

    /// <summary>Octets of a command line with CRLF: RFC 5321 §4.5.3.1.4 and what RFC 1870, 3461, 4954 and 6531 add to it.</summary>
    public static int CommandLimit(ReadOnlySpan<byte> line) => CommandParser.PeekVerb(line[..Math.Min(line.Length, 16)]) switch
    {
        Verb.Mail or Verb.Rcpt or Verb.Xclient => 2048,
        Verb.Auth => SaslLimit,
        _ => 512,
    };

    /// <summary>Octets of an AUTH line or an answer to a challenge (RFC 4954 §4).</summary>
    public const int SaslLimit = 12288;
}
