using System.Globalization;
using System.Text;

namespace Gatepost.Replies;

/// <summary>One SMTP reply, given or received. There is no public constructor: it comes from <see cref="ReplyEntry.Say"/> or from
/// <see cref="Catalogue.ReplyDatabase.Recognise"/>.</summary>
/// <remarks>Immutable; one instance may be sent by many sessions together.</remarks>
public sealed class Reply
{
    /// <summary>Longest reply line in octets, with code, separator and CRLF (RFC 5321 §4.5.3.1.5).</summary>
    public const int MaxLine = 512;

    private readonly (string Name, object? Value)[] arguments;

    private Reply(
        ReplyEntry entry, int code, EnhancedStatus? status, string text, bool received, ReplyStyle style, (string, object?)[] arguments)
    {
        Entry = entry;
        Code = code;
        Status = status;
        Text = text;
        WasReceived = received;
        Style = style;
        this.arguments = arguments;
    }

    public ReplyEntry Entry { get; }

    /// <summary>200 to 599; 100 to 199 only for conditions that never cross a wire.</summary>
    public int Code { get; }

    /// <summary>The enhanced status as spoken; null if none was.</summary>
    public EnhancedStatus? Status { get; }

    /// <summary>The words without code and status; lines separated by <c>\n</c>. A received text is kept as it came, control characters
    /// replaced.</summary>
    public string Text { get; }

    /// <summary>True if another server said it.</summary>
    public bool WasReceived { get; }

    public ReplyStyle Style { get; }

    /// <summary>What is in the placeholders, for the journal and the explanation.</summary>
    public IReadOnlyList<(string Name, object? Value)> Arguments => arguments;

    /// <summary>What <see cref="Adding"/> put behind the entry's own words, in order.</summary>
    public IReadOnlyList<string> Help { get; private init; } = [];

    /// <summary>First digit: 2 and 3 go on, 4 tries later, 5 is final.</summary>
    public int Class => Code / 100;

    public bool IsPositive => Code is >= 200 and < 400;

    public bool IsTransient => Class == 4 || Class == 1;

    public bool IsPermanent => Class == 5;

    /// <summary>The octets that cross the wire, CRLF included, made once. UTF-8: the writer replaces what a client without SMTPUTF8 may not
    /// see.</summary>
    public ReadOnlyMemory<byte> Wire { get => field.IsEmpty ? field = ToWire() : field; private set; }

    /// <summary>The same reply in the other style; itself where it is spoken so already, or was received.</summary>
    public Reply As(ReplyStyle style) =>
        WasReceived || style == Style || ReferenceEquals(Entry.Classic, Entry.Modern)
            ? this
            : Help.Aggregate(Compose(Entry, style, arguments), static (reply, help) => reply.Adding(help));

    /// <summary>The same reply with help behind its last line: counts, a time, <c>[G-...]</c>, a link. Left out as a whole where the line
    /// would exceed 512 octets.</summary>
    /// <param name="help">Made harmless like every value.</param>
    public Reply Adding(string help)
    {
        string text = string.Concat(Text, " ", SafeText.InOctets(help, MaxLine));
        int octets = Encoding.UTF8.GetByteCount(text.AsSpan(text.LastIndexOf('\n') + 1)) + (Status?.Length + 1 ?? 0) + 6;
        return octets > MaxLine ? this : new Reply(Entry, Code, Status, text, WasReceived, Style, arguments) { Help = [.. Help, help] };
    }

    internal static Reply Compose(ReplyEntry entry, ReplyStyle style, (string Name, object? Value)[] arguments)
    {
        var form = entry.In(style);
        return new Reply(entry, form.Code, form.Status, entry.TemplateOf(style).Fill(arguments), received: false, style, arguments);
    }

    internal static Reply Received(ReplyEntry entry, int code, EnhancedStatus? status, string text) =>
        new(entry, code, status, text, received: true, ReplyStyle.Classic, []);

    /// <summary><c>550 5.1.1 text</c> on one line, for logs and bounces.</summary>
    public override string ToString()
    {
        string text = Text.Contains('\n') ? Text.Replace('\n', ' ') : Text;
        return Status is { } status
            ? string.Create(CultureInfo.InvariantCulture, $"{Code} {status} {text}")
            : string.Create(CultureInfo.InvariantCulture, $"{Code} {text}");
    }

    private byte[] ToWire()
    {
        if (Ascii.IsValid(Text) && !Text.Contains('\n'))
            return ToPlainWire();

        var wire = new StringBuilder(Text.Length + 16);
        string[] lines = Text.Split('\n');
        string status = Status is { } known ? known + " " : "";
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            int room = MaxLine - 6 - status.Length;
            wire.Append(CultureInfo.InvariantCulture, $"{Code}{(i == lines.Length - 1 ? ' ' : '-')}{status}");
            wire.Append(Clip(line, room)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(wire.ToString());
    }

    /// <summary>One line of ASCII, as nearly all are.</summary>
    private byte[] ToPlainWire()
    {
        int status = Status?.Length + 1 ?? 0;
        var text = Text.AsSpan(0, Math.Min(Text.Length, MaxLine - 6 - status));
        byte[] wire = new byte[4 + status + text.Length + 2];
        Code.TryFormat(wire, out int length, default, CultureInfo.InvariantCulture);
        wire[length++] = (byte)' ';
        if (Status is { } known)
        {
            length += known.Write(wire.AsSpan(length));
            wire[length++] = (byte)' ';
        }

        length += Encoding.ASCII.GetBytes(text, wire.AsSpan(length));
        "\r\n"u8.CopyTo(wire.AsSpan(length));
        return wire;
    }

    /// <summary>Cuts to <paramref name="room"/> octets of UTF-8 without splitting a character.</summary>
    private static ReadOnlySpan<char> Clip(string line, int room)
    {
        if (line.Length * 3 <= room || Encoding.UTF8.GetByteCount(line) <= room)
            return line;

        int octets = 0, at = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > room)
                break;
            octets += rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }

        return line.AsSpan(0, at);
    }
}
