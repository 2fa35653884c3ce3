using System.Buffers;
using System.Net;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>What kind of value is in a text.</summary>
internal enum StatedKind
{
    Ip,
    Host,
    Address,
    Link,
}

/// <summary>A value with its place in the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written there, without brackets and marks around it.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Ip">The address; of a link the one in it, if any.</param>
internal sealed record StatedValue(StatedKind Kind, string Text, int Start, IPAddress? Ip = null)
{
    private const int Most = 40;

    private static readonly SearchValues<char> Address4 = SearchValues.Create("0123456789.");

    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\r\n<>[](){}\"'`,;=|“”«»");

    private static readonly SearchValues<char> EndOfLink = SearchValues.Create(" \t\r\n\"'<>)]|“”«»");

    private static readonly SearchValues<char> Marks = SearchValues.Create(".,;:!?");

    /// <summary>Where it ends.</summary>
    public int End => Start + Text.Length;

    /// <summary>The values of a text in their order.</summary>
    public static List<StatedValue> In(string text)
    {
        var values = new List<StatedValue>();
        for (int at = 0; at < text.Length && values.Count < Most;)
        {
            var rest = text.AsSpan(at);
            bool link = rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
            int length = rest.IndexOfAny(link ? EndOfLink : Breaks) is >= 0 and var end ? end : rest.Length;
            if (length == 0)
            {
                at++;
                continue;
            }

            var word = rest[..length];
            word = word[..(word.LastIndexOfAnyExcept(Marks) + 1)];
            if (Of(word, at, link) is { } value)
                values.Add(value);
            at += length;
        }

        return values;
    }

    /// <summary>The last word before a place, without brackets: <c>&lt;localhost&gt;:</c>.</summary>
    public static string? LastWord(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd(" :\"'<>()[]");
        int from = text.LastIndexOfAny(Breaks) + 1;
        return from < text.Length ? text[from..].ToString() : null;
    }

    /// <summary>The first word, without brackets.</summary>
    public static string? FirstWord(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" :\"'<>()[]=");
        int end = text.IndexOfAny(Breaks);
        var word = (end < 0 ? text : text[..end]).TrimEnd(".,;:!?");
        return word.Contains('.') || word.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? word.ToString() : null;
    }

    private static StatedValue? Of(ReadOnlySpan<char> word, int at, bool link)
    {
        if (word.Length < 3)
            return null;
        if (link)
            return Uri.TryCreate(word.ToString(), UriKind.Absolute, out var uri) && uri.Host.Length > 0
                ? new StatedValue(StatedKind.Link, word.ToString(), at, IpIn(word)) : null;
        int prefix = word.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? 5 : 0;
        if (IpOf(word[prefix..]) is { } ip)
            return IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) ? null : new StatedValue(StatedKind.Ip, WithoutPort(word), at, ip);
        return PlainText.KindOf(Normaliser.Fold(word.ToString())) switch
        {
            ValueKind.Address when word.IndexOf('@') > 0 && !word.EndsWith("@") =>
                new StatedValue(StatedKind.Address, word.ToString(), at),
            ValueKind.Host => HostAt(word, at),
            _ => null,
        };
    }

    /// <summary>mx.example.org:25 without its port.</summary>
    private static StatedValue HostAt(ReadOnlySpan<char> word, int at)
    {
        int colon = word.IndexOf(':');
        return new StatedValue(StatedKind.Host, (colon > 0 ? word[..colon] : word).ToString(), at);
    }

    private static string WithoutPort(ReadOnlySpan<char> address) =>
        (address.Count(':') == 1 ? address[..address.IndexOf(':')] : address).ToString();

    /// <summary>192.0.2.7, 192.0.2.7:25, 2001:db8::7.</summary>
    private static IPAddress? IpOf(ReadOnlySpan<char> word)
    {
        if (word.Count('.') == 3 && word.IndexOf(':') is > 0 and var colon)
            word = word[..colon];
        bool form = word.Count('.') == 3 ? char.IsAsciiDigit(word[^1]) : word.Count(':') >= 2;
        return form && IPAddress.TryParse(word, out var ip) ? ip : null;
    }

    /// <summary>The address that a look-up link is about: <c>.../query/ip/192.0.2.7</c>.</summary>
    private static IPAddress? IpIn(ReadOnlySpan<char> link)
    {
        for (int at = 0; at < link.Length; at++)
        {
            int length = link[at..].IndexOfAnyExcept(Address4) is >= 0 and var end ? end : link.Length - at;
            if (length >= 7 && IpOf(link.Slice(at, length).Trim('.')) is { } ip)
                return ip;
            at += length;
        }

        return null;
    }
}
