using System.Globalization;
using System.Net;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Reads from a reply what it states of its own case, by the phrases beside its values: <c>Notices/facts.toml</c>.</summary>
/// <remarks>Thread-safe. Time grows with the length of the text, of which no more than <see cref="MaxRead"/> is read.</remarks>
internal sealed class FactReader(PhraseLists phrases)
{
    /// <summary>Characters of a text that are read.</summary>
    private const int MaxRead = 2000;

    private readonly AuthChecks checks = new(phrases);
    private readonly StatedAmounts amounts = new(phrases);

    private readonly (TlsFault Fault, PhraseList Phrases)[] tlsFaults =
        [.. Enum.GetValues<TlsFault>().Select(fault => (fault, phrases["tls-" + KebabCase.Of(fault)]))];

    public StatedFacts Read(string text)
    {
        var reading = ReplyReading.Read(text, isProse: false);
        int start = Math.Min(reading.CoreStart, text.Length);
        int end = Math.Clamp(reading.CoreEnd, start, Math.Min(text.Length, start + MaxRead));
        string said = text[start..end];
        var folded = FoldedText.Of(said);
        var values = StatedValue.In(said);
        var (spf, dkim, dmarc) = checks.FailedIn(said);
        var server = Server(said, values);
        var facts = new StatedFacts
        {
            Ip = Client(said, values),
            Host = server?.Text,
            Port = server is null ? null : PortBehind(said, server.End),
            List = List(said, folded, values),
            Helo = Helo(said, folded),
            Address = Address(said, values),
            SpfFailed = spf,
            DkimFailed = dkim,
            DmarcFailed = dmarc,
            Tls = TlsFaultIn(folded),
            Link = values.Find(value => value.Kind == StatedKind.Link)?.Text,
        };
        return amounts.AddTo(facts with { Domain = Domain(said, values, facts) }, said, folded);
    }

    private TlsFault? TlsFaultIn(FoldedText said)
    {
        foreach (var (fault, words) in tlsFaults)
        {
            if (words.IsIn(said))
                return fault;
        }

        return null;
    }

    /// <summary>The refused client's address: not the one of the server that the line is about.</summary>
    private IPAddress? Client(string said, List<StatedValue> values)
    {
        var found = values.Where(value => value.Kind == StatedKind.Ip && !IsServers(said, value, values)).ToList();
        var marked = found.Find(value => phrases["client-before"].EndsIn(Before(said, value)));
        var all = found.Select(value => value.Ip).Distinct().ToList();
        return marked?.Ip ?? (all.Count == 1 ? all[0] : null)
            ?? (all.Count == 0 ? values.Find(value => value.Kind == StatedKind.Link)?.Ip : null);
    }

    private StatedValue? Server(string said, List<StatedValue> values) =>
        values.Find(value => value.Kind == StatedKind.Host && phrases["server-before"].EndsIn(Before(said, value)))
        ?? values.Find(value => value.Kind == StatedKind.Ip && IsServers(said, value, values));

    /// <summary><c>mx.example.org:587</c>, <c>mx.example.org[192.0.2.9]:25</c>.</summary>
    private static int? PortBehind(string said, int at)
    {
        var rest = said.AsSpan(at);
        if (rest is ['[', ..] && rest.IndexOf(']') is > 0 and var close)
            rest = rest[(close + 1)..];
        if (rest is not [':', .. var number])
            return null;
        int length = number.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : number.Length;
        return length is > 0 and <= 5 && int.TryParse(number[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= ushort.MaxValue ? port : null;
    }

    /// <summary>mx.example.org[192.0.2.9] behind "connect to", or the address alone there.</summary>
    private bool IsServers(string said, StatedValue value, List<StatedValue> values)
    {
        var owner = values.Find(other => other.Kind == StatedKind.Host && other.End <= value.Start && value.Start - other.End <= 2)
            ?? value;
        return phrases["server-before"].EndsIn(Before(said, owner));
    }

    private string? List(string said, FoldedText folded, List<StatedValue> values)
    {
        foreach (var value in values)
            if (value.Kind == StatedKind.Host
                && (phrases["list-zone"].IsIn(value.Text) || phrases["list-before"].EndsIn(Before(said, value))))
                return value.Text;
        return phrases["list-name"].Find(folded, out int length) is >= 0 and var at && !values.Exists(value =>
            value.Kind == StatedKind.Link && value.Start <= at && value.End > at) ? said.Substring(at, length) : null;
    }

    private string? Helo(string said, FoldedText folded)
    {
        if (phrases["helo-after"].Find(folded, out _) is > 0 and var at)
            return StatedValue.LastWord(said.AsSpan(0, at));
        return phrases["helo-before"].Find(folded, out int length) is >= 0 and var before
            ? StatedValue.FirstWord(said.AsSpan(before + length)) : null;
    }

    /// <summary>The only address, where it is not one to write to about the refusal.</summary>
    private string? Address(string said, List<StatedValue> values)
    {
        var found = values.Where(value => value.Kind == StatedKind.Address && !phrases["contact-name"].Begins(value.Text)
            && !phrases["contact-before"].EndsIn(Before(said, value))).Select(value => value.Text)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private string? Domain(string said, List<StatedValue> values, StatedFacts known)
    {
        foreach (var value in values)
            if (value.Kind == StatedKind.Host && value.Text != known.List && value.Text != known.Host
                && !phrases["list-zone"].IsIn(value.Text)
                && (phrases["domain-before"].EndsIn(Before(said, value)) || phrases["domain-after"].Begins(After(said, value))))
                return value.Text;
        foreach (var value in values)
            if (value.Kind == StatedKind.Address && phrases["sender-before"].EndsIn(Before(said, value)))
                return value.Text[(value.Text.LastIndexOf('@') + 1)..];
        return null;
    }

    private static ReadOnlySpan<char> Before(string said, StatedValue value) =>
        said.AsSpan(Math.Max(0, value.Start - 60), Math.Min(60, value.Start)).TrimEnd(" \t:=([<\"'`“«");

    private static ReadOnlySpan<char> After(string said, StatedValue value) =>
        said.AsSpan(value.End, Math.Min(60, said.Length - value.End)).TrimStart(" \t:)]>\"'`”»");
}
