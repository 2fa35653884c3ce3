using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gatepost.Replies;

namespace Gatepost.Smtp.Search;

/// <summary>What a person wrote, as a query; or what is wrong with it.</summary>
/// <param name="Query">Of the words that could be read.</param>
/// <param name="Problems">One sentence each, naming the word; empty for a query that can be asked.</param>
public sealed record WrittenQuery(SearchQuery Query, IReadOnlyList<string> Problems);

/// <summary>Reads the words of a query; each is recognised by its shape.</summary>
public sealed partial class SearchWords(SearchNames names)
{
    /// <summary>Words of one query; further ones are reported.</summary>
    private const int MaxWords = 23;

    /// <summary>Characters of one word: a Message-ID, an address or a phrase.</summary>
    private const int MaxLength = 320;

    /// <summary>A shorter piece of text is in nearly every event.</summary>
    private const int MinText = 3;

    private static readonly Dictionary<string, SearchKind> Prefixes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = SearchKind.Id,
        ["from"] = SearchKind.Address,
        ["от"] = SearchKind.Address,
        ["to"] = SearchKind.Address,
        ["кому"] = SearchKind.Address,
        ["domain"] = SearchKind.Domain,
        ["host"] = SearchKind.Host,
        ["login"] = SearchKind.Login,
        ["message-id"] = SearchKind.MessageId,
        ["rule"] = SearchKind.Rule,
        ["entry"] = SearchKind.Entry,
        ["reason"] = SearchKind.Reason,
        ["code"] = SearchKind.Code,
        ["status"] = SearchKind.Status,
        ["outcome"] = SearchKind.Outcome,
        ["text"] = SearchKind.Text,
    };

    /// <summary>Reads a query.</summary>
    /// <param name="text">Words with blanks between them; <c>"several words"</c> in quotes are one piece of text.</param>
    /// <param name="now">For words as <c>yesterday</c>.</param>
    /// <param name="zone">For times without one.</param>
    public WrittenQuery Read(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var times = new SearchTimes(now, zone);
        var problems = new List<string>();
        var found = new List<SearchWord>();
        var words = Split().Matches(text).Select(match => match.Value).ToList();
        for (int at = 0; at < words.Count && found.Count <= MaxWords;)
        {
            int taken = times.Read(words, at);
            if (taken == 0)
            {
                AddWord(words[at], found, problems);
                taken = 1;
            }

            at += taken;
        }

        if (found.Count > MaxWords)
            problems.Add($"a search has at most {MaxWords} words");
        if (times.Since >= times.Until)
            problems.Add("the time ends before it begins");
        return new WrittenQuery(new SearchQuery { Words = found, Since = times.Since, Until = times.Until }, problems);
    }

    private void AddWord(string written, List<SearchWord> found, List<string> problems)
    {
        if (written.Length > MaxLength)
        {
            problems.Add($"a word has {written.Length} characters, at most {MaxLength} are searched for");
            return;
        }

        int colon = written.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Prefixes.TryGetValue(written[..colon], out var kind))
            AddPrefixed(written, kind, written[..colon], written[(colon + 1)..].Trim('"'), found, problems);
        else if (KeysOf(written) is { Count: > 0 } keys)
            found.Add(new SearchWord(written, keys));
        else
            problems.Add(TooShort(written));
    }

    private static string TooShort(string text) =>
        $"\"{SafeText.Of(text)}\" is too short: a piece of text has at least {MinText} characters";

    private static void AddPrefixed(
        string written, SearchKind kind, string prefix, string value, List<SearchWord> found, List<string> problems)
    {
        string? problem = kind switch
        {
            _ when value.Length == 0 => $"{prefix}: has nothing behind it",
            SearchKind.Outcome when !Enum.TryParse<StoryOutcome>(value, ignoreCase: true, out _) || char.IsAsciiDigit(value[0]) =>
                $"there is no outcome \"{SafeText.Of(value)}\": write refused, accepted, deferred, delivered or bounced",
            SearchKind.Code when !Code().IsMatch(value) => $"\"{SafeText.Of(value)}\" is no reply code: write three digits",
            SearchKind.Text when value.Length < MinText => TooShort(value),
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add(problem);
            return;
        }

        if (kind != SearchKind.Address)
        {
            found.Add(new SearchWord(written, [new SearchKey(kind, value.TrimStart('@', '<').TrimEnd('>'))]));
            return;
        }

        var side = prefix.ToLowerInvariant() is "from" or "от" ? SearchSide.Sender : SearchSide.Recipient;
        string address = value.TrimStart('<').TrimEnd('>');
        found.Add(new SearchWord(written, [
            address.IndexOf('@', StringComparison.Ordinal) > 0
                ? new SearchKey(SearchKind.Address, address, side)
                : new SearchKey(SearchKind.Domain, address.TrimStart('@'), side)]));
    }

    private List<SearchKey> KeysOf(string written)
    {
        if (written.StartsWith('"'))
            return Text(written.Trim('"'));
        string word = written.Trim(',', ';', '(', ')').TrimEnd('.', ':');
        if (Id().IsMatch(word.Trim('[', ']')))
            return [new SearchKey(SearchKind.Id, word.Trim('[', ']'))];
        if (NetworkKeys(word.Trim('[', ']')) is { } network)
            return [network];
        if (Code().IsMatch(word))
            return [new SearchKey(SearchKind.Code, word)];
        if (Status().IsMatch(word))
            return [new SearchKey(SearchKind.Status, word.TrimStart('#'))];
        if (word.Contains('@', StringComparison.Ordinal))
            return AddressKeys(word.TrimStart('<').TrimEnd('>'));
        var named = names.KeysOf(word);
        if (named.Count > 0)
            return named;
        return Host().IsMatch(word)
            ? [new SearchKey(SearchKind.Host, word), new SearchKey(SearchKind.Domain, word)]
            : Text(word);
    }

    private static List<SearchKey> Text(string text) => text.Length < MinText ? [] : [new SearchKey(SearchKind.Text, text)];

    private static SearchKey? NetworkKeys(string word)
    {
        if (word.Contains('/', StringComparison.Ordinal))
            return Network(word) is { } network ? new SearchKey(SearchKind.Network, network.ToString()) : null;
        // IPAddress.TryParse takes "5" and "1.2" for addresses too.
        bool isWhole = word.Contains(':', StringComparison.Ordinal) || word.Count(letter => letter == '.') == 3;
        return isWhole && IPAddress.TryParse(word, out var address) ? new SearchKey(SearchKind.Ip, address.Plain().ToString()) : null;
    }

    /// <summary>Also with host bits set, as <c>192.0.2.7/24</c>.</summary>
    private static IPNetwork? Network(string word)
    {
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(word.AsSpan(0, slash), out var address)
            || !int.TryParse(word.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix))
            return null;
        return prefix <= address.GetAddressBytes().Length * 8 ? new IPNetwork(address.Masked(prefix), prefix) : null;
    }

    /// <summary>What looks like an address may be a login or a Message-ID as well.</summary>
    private static List<SearchKey> AddressKeys(string word) => word switch
    {
        ['@', .. { Length: > 0 } domain] => [new SearchKey(SearchKind.Domain, domain)],
        "@" => [],
        _ => [
            new SearchKey(SearchKind.Address, word), new SearchKey(SearchKind.Login, word), new SearchKey(SearchKind.MessageId, word)],
    };

    [GeneratedRegex("""[^\s"]*:"[^"]*"|"[^"]*"|\S+""", RegexOptions.CultureInvariant)]
    private static partial Regex Split();

    /// <summary>A refusal, a session, a local submission, an attempt, or a queue id, which begins with a digit until 2045.</summary>
    [GeneratedRegex("^(G-[0-9A-Z]{8}|S-[0-9A-Z]{14}|L-[0-9A-F]{10,20}|A[0-9a-z]{14}|[0-9][0-9A-Z]{11})$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("^[2-5][0-9][0-9]$")]
    private static partial Regex Code();

    [GeneratedRegex(@"^#?[245]\.[0-9]{1,3}\.[0-9]{1,3}$")]
    private static partial Regex Status();

    [GeneratedRegex(@"^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.[\p{L}][\p{L}\p{N}-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Host();
}
