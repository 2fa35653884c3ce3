namespace Gatepost.Replies.Catalogue;

/// <summary>Which of SPF, DKIM and DMARC a text says did not pass.</summary>
internal sealed class AuthChecks(PhraseLists phrases)
{
    /// <summary>Characters behind the name of a check in which its result is given.</summary>
    private const int Reach = 70;

    private static readonly string[] Names = ["SPF", "DKIM", "DMARC"];

    /// <summary>A check counts as failed where a failure is beside its name, or where it alone is named and nothing says that it
    /// passed.</summary>
    public (bool Spf, bool Dkim, bool Dmarc) FailedIn(string said)
    {
        var named = new List<(int Check, int At)>();
        for (int i = 0; i < Names.Length; i++)
            for (int at = Next(said, Names[i], 0); at >= 0 && named.Count < 20; at = Next(said, Names[i], at + 1))
                named.Add((i, at));
        named.Sort((one, other) => one.At.CompareTo(other.At));
        Span<bool> failed = stackalloc bool[3];
        Span<bool> passed = stackalloc bool[3];
        for (int i = 0; i < named.Count; i++)
        {
            int start = named[i].At, stop = i + 1 < named.Count ? named[i + 1].At : said.Length;
            var behind = said.AsSpan(start, Math.Min(stop - start, Reach));
            bool fails = phrases["check-failed"].IsIn(behind) || BeforeFails(said, named, i);
            failed[named[i].Check] |= fails;
            passed[named[i].Check] |= !fails && phrases["check-passed"].IsIn(behind);
        }

        // "SPF and DKIM did not pass": the result behind the last name is that of the names joined to it.
        for (int i = named.Count - 2; i >= 0; i--)
            if (failed[named[i + 1].Check] && !passed[named[i].Check]
                && phrases["check-joined"].IsIn(said.AsSpan(named[i].At, named[i + 1].At - named[i].At)))
                failed[named[i].Check] = true;
        if (named.Select(each => each.Check).Distinct().Count() == 1 && !passed[named[0].Check])
            failed[named[0].Check] = true;
        return (failed[0], failed[1], failed[2]);
    }

    /// <summary>"fails SPF", "failed DMARC": the failure comes before the name.</summary>
    private bool BeforeFails(string said, List<(int Check, int At)> named, int which)
    {
        int from = which == 0 ? 0 : named[which - 1].At + Names[named[which - 1].Check].Length;
        from = Math.Max(from, named[which].At - 24);
        return phrases["check-fails-before"].EndsIn(said.AsSpan(from, named[which].At - from).TrimEnd(" ([\"'"));
    }

    private static int Next(string said, string name, int from)
    {
        for (int at = from; (at = said.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            bool whole = (at == 0 || !char.IsLetterOrDigit(said[at - 1]))
                && (at + name.Length == said.Length || !char.IsLetter(said[at + name.Length]));
            bool inName = at > 0 && said[at - 1] is '.' or '/' or '-' or '_' or '@';
            if (whole && !inName)
                return at;
        }

        return -1;
    }
}
