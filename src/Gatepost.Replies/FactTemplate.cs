using System.Globalization;
using System.Text;

namespace Gatepost.Replies;

/// <summary>A sentence with places for facts that a text may or may not state.</summary>
/// <remarks>
/// <c>{ip}</c> is the fact. <c>[[ from {ip}]]</c> is written only where each fact directly in it is stated, <c>[[listed by
/// {list}|listed]]</c> is the second form otherwise; groups may be nested. A fact must not be outside of a group: there would
/// be nothing to say without it.
/// </remarks>
internal static class FactTemplate
{
    /// <summary>What a placeholder may be called, and its value.</summary>
    private static readonly Dictionary<string, Func<StatedFacts, object?>> Placeholders = new(StringComparer.Ordinal)
    {
        ["ip"] = facts => facts.Ip,
        ["domain"] = facts => facts.Domain,
        ["host"] = facts => facts.Host,
        ["port"] = facts => facts.Port?.ToString(CultureInfo.InvariantCulture),
        ["helo"] = facts => facts.Helo,
        ["address"] = facts => facts.Address,
        ["list"] = facts => facts.List,
        ["limit"] = facts => facts.Limit,
        ["count"] = facts => facts.Count,
        ["period"] = facts => facts.Period,
        ["size"] = facts => facts.Size,
        ["size-limit"] = facts => facts.SizeLimit,
        ["wait"] = facts => facts.Wait,
        ["spf"] = facts => facts.SpfFailed ? "SPF" : null,
        ["dkim"] = facts => facts.DkimFailed ? "DKIM" : null,
        ["dmarc"] = facts => facts.DmarcFailed ? "DMARC" : null,
        ["checks"] = facts => facts.FailedChecks.Count > 0 ? facts.FailedChecks : null,
        ["tls"] = facts => facts.Tls,
        ["link"] = facts => facts.Link,
    };

    private const string Open = "[[", Close = "]]";

    /// <summary>True if the sentence has places at all; most have none.</summary>
    public static bool Is(string text) => text.Contains(Open, StringComparison.Ordinal);

    /// <summary>The sentence with what is stated, and without what is not.</summary>
    public static string Fill(string text, StatedFacts facts, Texts texts)
    {
        if (!Is(text))
            return text;
        int at = 0;
        return texts.Fill(Read(text, ref at, facts, inGroup: false), [.. Placeholders.Keys],
            [.. Placeholders.Values.Select(value => Shown(value(facts), texts))]);
    }

    /// <summary>What is wrong with a sentence of a file, or null.</summary>
    public static string? Fault(string text)
    {
        int depth = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text.AsSpan(at).StartsWith(Open))
                (depth, at) = (depth + 1, at + 1);
            else if (depth > 0 && text.AsSpan(at).StartsWith(Close))
                (depth, at) = (depth - 1, at + 1);
            else if (text[at] == '{' && depth == 0)
                return "a fact is outside of [[ ]], so that nothing is left to say where it is not known";
            else if (text[at] == '{' && !Placeholders.ContainsKey(NameAt(text, at)))
                return $"{{{NameAt(text, at)}}} is none of {string.Join(", ", Placeholders.Keys)}";
        }

        return depth == 0 ? null : "a [[ is not closed by ]]";
    }

    /// <summary>Reads up to the end of the group, both forms, and leaves the place behind it.</summary>
    private static string Read(string text, ref int at, StatedFacts facts, bool inGroup)
    {
        var form = new StringBuilder(text.Length);
        string? first = null;
        bool stated = true;
        while (at < text.Length)
        {
            if (text.AsSpan(at).StartsWith(Close))
            {
                at += Close.Length;
                break;
            }

            if (text.AsSpan(at).StartsWith(Open))
            {
                at += Open.Length;
                form.Append(Read(text, ref at, facts, inGroup: true));
            }
            else if (text[at] == '|' && first is null && inGroup)
            {
                first = form.ToString();
                form.Clear();
                at++;
            }
            else if (text[at] == '{' && text.IndexOf('}', at) is > 0 and var end)
            {
                stated &= first is not null || (Placeholders.TryGetValue(NameAt(text, at), out var value) && value(facts) is not null);
                form.Append(text, at, end + 1 - at);
                at = end + 1;
            }
            else
            {
                form.Append(text[at++]);
            }
        }

        return first is null ? stated ? form.ToString() : "" : stated ? first : form.ToString();
    }

    private static string NameAt(string text, int at)
    {
        int end = text.AsSpan(at).IndexOfAny('}', '|');
        return end < 0 ? text[(at + 1)..] : text.Substring(at + 1, end - 1);
    }

    private static object? Shown(object? value, Texts texts) => value switch
    {
        StatedPeriod period => texts.Say("stated.per-" + KebabCase.Of(period)),
        TlsFault fault => texts.Say("stated.tls-" + KebabCase.Of(fault)),
        DataSize { Octets: >= 1_000_000 } size => texts.Say("stated.megabytes", ("count", size.Octets / 1_000_000.0)),
        DataSize { Octets: >= 1000 } size => texts.Say("stated.kilobytes", ("count", size.Octets / 1000)),
        DataSize size => new Octets(size.Octets),
        _ => value,
    };
}
