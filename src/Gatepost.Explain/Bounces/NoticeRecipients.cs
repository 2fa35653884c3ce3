using Gatepost.Explain.Text;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain.Bounces;

/// <summary>An address in a notice that may be a recipient.</summary>
internal sealed class NamedRecipient(string address)
{
    public string Address { get; } = address;

    public int Score { get; set; }

    /// <summary>True if a line begins with it: the form in which mail systems list recipients.</summary>
    public bool LeadsLine { get; set; }

    /// <summary>True if a line holds nothing else.</summary>
    public bool Alone { get; set; }

    /// <summary>True if it is only in lines that a person quotes.</summary>
    public bool Quoted { get; set; }
}

/// <summary>
/// Finds out which of the addresses in a notice are the recipients it is about: by where they are, then by the words before them.
/// </summary>
internal static class NoticeRecipients
{
    /// <summary>More than this are not distinguished.</summary>
    private const int MaxRecipients = 500;

    /// <summary>Most characters before an address by which it still leads its line.</summary>
    private const int MaxLead = 200;

    /// <param name="notice">The notice.</param>
    /// <param name="sender">Whom the bounce was sent to: the sender of what bounced.</param>
    public static List<NamedRecipient> Find(Notice notice, string? sender)
    {
        var passage = notice.Passage;
        var text = passage.Text.AsSpan(0, notice.End);
        var found = new List<NamedRecipient>();
        int at = 0;
        while (found.Count < MaxRecipients && Address.Next(text, at, out int length) is var start and >= 0)
        {
            at = start + length;
            Weigh(notice, text, start, length, sender, found);
        }

        return found;
    }

    private static void Weigh(Notice notice, ReadOnlySpan<char> text, int start, int length, string? sender, List<NamedRecipient> found)
    {
        var passage = notice.Passage;
        string address = text.Slice(start, length).ToString();
        int line = passage.LineAt(start);
        int lineStart = passage.StartOfLine(line);
        // Bounded, or a line of a hundred thousand addresses would be read as often as it has addresses.
        bool leads = start - lineStart <= MaxLead && IsLead(notice.Phrases, text[lineStart..start]) && !AfterSentBy(passage, line);
        bool quoted = text[lineStart..Math.Min(start, lineStart + MaxLead)].TrimStart() is ['>', ..];
        int score = leads ? 5 : 0;

        // In a list the words above belong to the recipient before.
        bool listGoesOn = leads && line > 0 && LeadsLine(notice.Phrases, passage.Line(line - 1));
        int from = listGoesOn ? lineStart : leads ? PreviousText(passage, line) : Math.Max(lineStart - 100, start - 100);
        var before = text[Math.Max(0, from)..start];
        score += (3 * notice.Phrases.RecipientBefore.Count(before, 2)) - (4 * notice.Phrases.OtherBefore.Count(before, 2));
        var behind = text[(start + length)..];
        bool listed = leads && (behind.StartsWith(">:") || behind.StartsWith(":"));
        if (sender is not null && address.Equals(sender, StringComparison.OrdinalIgnoreCase) && !listed)
            score -= 8;

        // "ann@example.org <bob@example.net>": the first is only a display name.
        if (behind.StartsWith(" <") && Address.Next(behind[..Math.Min(behind.Length, 300)], 0, out _) == 2)
        {
            leads = false;
            score = -10;
        }

        if (leads && IsHeaderSummary(notice.Phrases, passage, line))
        {
            leads = false;
            score -= 8;
        }

        if (IsRole(address))
            score -= 5;
        if (before.TrimEnd().EndsWith("mailto:", StringComparison.OrdinalIgnoreCase) || before.EndsWith("//") || before.EndsWith("/")
            || before.EndsWith("="))
            score -= 6;

        bool alone = leads && AloneIn(notice.Phrases, passage.Line(line)) is not null;
        foreach (var known in found)
        {
            if (!known.Address.Equals(address, StringComparison.OrdinalIgnoreCase))
                continue;
            known.Score = Math.Max(known.Score, score);
            known.LeadsLine |= leads;
            known.Alone |= alone;
            known.Quoted &= quoted;
            return;
        }

        found.Add(new NamedRecipient(address) { Score = score, LeadsLine = leads, Alone = alone, Quoted = quoted });
    }

    /// <summary>"A message sent by", and the sender on the next line.</summary>
    private static bool AfterSentBy(SourceText passage, int line)
    {
        for (int above = line - 1; above >= 0 && above >= line - 2; above--)
            if (passage.Line(above).Trim() is { IsEmpty: false } text)
                return text.EndsWith("sent by", StringComparison.OrdinalIgnoreCase)
                    || text.EndsWith("sent by:", StringComparison.OrdinalIgnoreCase);
        return false;
    }

    /// <summary>Characters allowed before a label on its line.</summary>
    private const int BeforeLabel = 12;

    /// <summary>Longest label of a header line, in any language.</summary>
    private const int MaxLabel = 20;

    /// <summary>The address of a line that holds nothing else but brackets and punctuation; null if it holds more.</summary>
    internal static string? AloneIn(NoticePhrases phrases, ReadOnlySpan<char> line)
    {
        int at = Address.Next(line, 0, out int length);
        if (at < 0 || !IsLead(phrases, line[..at]))
            return null;
        return line[(at + length)..].Trim(" >:;,.\t\"')").IsEmpty ? line.Slice(at, length).ToString() : null;
    }

    private static bool LeadsLine(NoticePhrases phrases, ReadOnlySpan<char> line) =>
        Address.Next(line, 0, out _) is var at and >= 0 && IsLead(phrases, line[..at]);

    /// <summary>"To: staff@lists.example" beside "Subject:" and "Sent:" says what was sent, not who failed.</summary>
    private static bool IsHeaderSummary(NoticePhrases phrases, SourceText passage, int line)
    {
        if (!IsLabelled(phrases.QuotedTo, passage.Line(line)))
            return false;
        for (int near = Math.Max(0, line - 2); near <= line + 2 && near < passage.Lines; near++)
            if (IsLabelled(phrases.QuotedBeside, passage.Line(near)))
                return true;
        return false;
    }

    private static bool IsLabelled(PhraseList labels, ReadOnlySpan<char> line)
    {
        var text = line.TrimStart("> \t*");
        int colon = text.IndexOfAny(':', '：');
        return colon is > 0 and <= MaxLabel && labels.Announces(text[..(colon + 1)], out _);
    }

    /// <summary>Start of the nearest line above that says something, at most three lines up.</summary>
    private static int PreviousText(SourceText passage, int line)
    {
        for (int above = line - 1; above >= 0 && above >= line - 3; above--)
            if (!passage.Line(above).IsWhiteSpace())
                return Math.Max(passage.StartOfLine(above), passage.StartOfLine(line) - 160);
        return passage.StartOfLine(line);
    }

    private static bool IsRole(string address)
    {
        var local = address.AsSpan(0, address.IndexOf('@'));
        foreach (
            string role in (ReadOnlySpan<string>)["postmaster", "mailer-daemon", "abuse", "support", "help", "helpdesk", "noreply",
                "no-reply", "admin", "hostmaster", "root"])
            if (local.Equals(role, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>The parts of an X.400 address before the one that holds the mail address: <c>c=DE;a= ;p=ORG;dda:SMTP=</c>.</summary>
    private static bool IsX400(ReadOnlySpan<char> lead) =>
        lead.StartsWith("c=", StringComparison.OrdinalIgnoreCase) && lead.Contains(';')
            && (lead.EndsWith("SMTP=", StringComparison.OrdinalIgnoreCase) || lead.EndsWith("dda:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Nothing but bullets, brackets, a label or the display name of the same recipient comes before it.</summary>
    internal static bool IsLead(NoticePhrases phrases, ReadOnlySpan<char> before)
    {
        var lead = before.Trim(" \t-*<\"'>•·|");
        return lead.IsEmpty || IsX400(lead) || (phrases.Label.Ends(lead, BeforeLabel) && !phrases.OtherBefore.IsIn(lead))
            || (before.EndsWith(" <") && Address.Next(lead, 0, out int length) == 0 && length == lead.Length);
    }
}
