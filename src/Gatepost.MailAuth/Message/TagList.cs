using System.Text;

namespace Gatepost.MailAuth.Message;

/// <summary>One tag of a <see cref="TagList"/>.</summary>
/// <param name="Value">Without outer white space; inner folding as it came.</param>
/// <param name="Start">Where the value begins in the octets read: right behind the equals sign.</param>
/// <param name="End">Where it ends there: at the semicolon or the end.</param>
public readonly record struct Tag(string Value, int Start, int End);

/// <summary>A list of tags as in signatures and key records: <c>v=1; a=rsa-sha256; ...</c> (RFC 6376 §3.2).</summary>
/// <remarks>Read strictly: one mistake and nothing of the list is believed. UTF-8 in values is allowed (RFC 8616 §3).</remarks>
public sealed class TagList
{
    private readonly Dictionary<string, Tag> tags = new(StringComparer.Ordinal);

    private TagList()
    {
    }

    /// <summary>What is wrong with it; null for a good list.</summary>
    public TagListFault? Fault { get; private set; }

    /// <summary>The name of the first tag; null in a list without any.</summary>
    public string? First { get; private set; }

    /// <summary>The value of a tag; null when it is absent.</summary>
    public string? this[string name] => tags.TryGetValue(name, out var tag) ? tag.Value : null;

    /// <summary>The tag of that name; null when it is absent.</summary>
    public Tag? Find(string name) => tags.TryGetValue(name, out var tag) ? tag : null;

    /// <summary>Reads all of it in one pass. Text that is no list comes back with its <see cref="Fault"/>.</summary>
    public static TagList Read(ReadOnlySpan<byte> text)
    {
        var list = new TagList();
        int start = 0;
        while (start <= text.Length && list.Fault is null)
        {
            int length = text[start..].IndexOf((byte)';');
            int end = length < 0 ? text.Length : start + length;
            // Only behind a last semicolon may a tag be missing.
            if (end == text.Length && TrimBlanks(text[start..end]).IsEmpty && list.tags.Count > 0)
                break;
            list.Add(text, start, end);
            start = end + 1;
        }

        return list;
    }

    /// <summary>A text from DNS.</summary>
    public static TagList Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private void Add(ReadOnlySpan<byte> text, int start, int end)
    {
        var spec = text[start..end];
        int equals = spec.IndexOf((byte)'=');
        var name = TrimBlanks(equals < 0 ? spec : spec[..equals]);
        var value = equals < 0 ? default : TrimBlanks(spec[(equals + 1)..]);
        if (equals < 0 || !IsName(name) || !IsValue(spec[(equals + 1)..]) || !IsFolded(spec[..equals]))
        {
            Fault = new TagListFault(Encoding.UTF8.GetString(TrimBlanks(spec)), IsTwice: false);
            return;
        }

        string known = Encoding.ASCII.GetString(name);
        First ??= known;
        if (!tags.TryAdd(known, new Tag(Encoding.UTF8.GetString(value), start + equals + 1, end)))
            Fault = new TagListFault(known, IsTwice: true);
    }

    private static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || !char.IsAsciiLetter((char)name[0]))
            return false;
        foreach (byte octet in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != '_')
                return false;
        }

        return true;
    }

    private static bool IsValue(ReadOnlySpan<byte> value)
    {
        foreach (byte octet in value)
        {
            if (octet is (< (byte)' ' and not ((byte)'\t' or (byte)'\r' or (byte)'\n')) or 0x7F)
                return false;
        }

        return IsFolded(value);
    }

    /// <summary>Whether every line end is followed by a blank or by the end (RFC 6376 §2.8).</summary>
    private static bool IsFolded(ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOfAny((byte)'\r', (byte)'\n'); at >= 0;)
        {
            int next = text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : at + 1;
            if (text[at] == '\r' && next == at + 1)
                return false;
            if (next < text.Length && text[next] is not ((byte)' ' or (byte)'\t'))
                return false;
            int further = text[next..].IndexOfAny((byte)'\r', (byte)'\n');
            at = further < 0 ? -1 : next + further;
        }

        return true;
    }
}

/// <summary>Why a list of tags cannot be read.</summary>
/// <param name="At">The part that is no tag, or the name that is there twice.</param>
/// <param name="IsTwice">Whether a tag is there twice, which makes the whole list invalid (RFC 6376 §3.2).</param>
public sealed record TagListFault(string At, bool IsTwice);
