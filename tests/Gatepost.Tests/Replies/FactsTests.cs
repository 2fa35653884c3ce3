using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>Every fact collected about other people's replies is explained, by its words, in the way the fact says.</summary>
public sealed class FactsTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    private sealed record Fact(string Provider, string Text, string Meaning, string WhoActs, string Remedy);

    [Fact]
    public void Every_fact_about_a_providers_reply_is_explained_by_its_words() =>
        Shown.None(
            from fact in Facts()
            let read = Known.Explain(fact.Text)
            where read.Basis is not (Basis.Own or Basis.Dialect or Basis.Words)
                && !(read.Basis == Basis.Status && IsTelling(fact.Text))
            select $"{fact.Provider}: {fact.Text} was read as {read.Entry.Id} ({read.Basis})");

    [Fact]
    public void Who_must_act_by_a_fact_is_told_what_to_do() =>
        Shown.None(
            from fact in Facts()
            let read = Known.Explain(fact.Text)
            where !IsTold(fact, read)
            select $"{fact.Provider}: {fact.Text} = {fact.Meaning}, {fact.WhoActs}; was read as {read.Entry.Id}, {read.Actors}, "
                + $"{read.Retry}");

    [Fact]
    public void Every_status_of_the_registry_and_every_vendors_own_is_explained()
    {
        var wrong = new List<string>();
        foreach (string[] row in SharedFacts.Lines("facts/enhanced-status-codes.tsv").Skip(1).Select(line => line.Split('\t')))
        {
            if (row[0] == "class-or-subject")
                continue;
            foreach (string code in row[1].Split(", ").Select(code => code.Split("-X")[0]))
            {
                foreach (char first in row[4].Where(char.IsAsciiDigit))
                {
                    var read = Known.Explain(
                        code.Replace("X.", first + ".", StringComparison.Ordinal).Replace("X.", first + ".", StringComparison.Ordinal));
                    if (read.Basis != Basis.Status || read.Meaning(Language.English).Length == 0)
                        wrong.Add($"{code} with class {first} was read as {read.Entry.Id}");
                }
            }
        }

        Shown.None(wrong);
    }

    private static bool IsTelling(string text) =>
        ReplyReading.Read(text, isProse: false).Status is { } status && !ReplyJudge.IsVague(status);

    private static bool IsTold(Fact fact, Explanation read)
    {
        // Who must act on an expired message depends on the cause beneath; taking an address off a list is the sender's part.
        if (read.Reason == Reason.DeliveryExpired || (fact.Remedy == "Remove" && read.Actors.HasFlag(Actors.Sender)))
            return true;
        if (fact.Remedy.StartsWith("Split", StringComparison.Ordinal) && read.Entry.Retry == Retry.InParts)
            return true;
        if (fact.WhoActs == "nobody-wait")
            return read.Actors == Actors.Nobody || read.Retry is Retry.Automatic or Retry.Later;
        var party = fact.WhoActs switch
        {
            "sender-user" => Actors.Sender,
            "sender-admin" or "domain-owner" => Actors.SenderAdmin,
            "recipient-user" => Actors.Recipient,
            _ => Actors.RecipientAdmin,
        };
        return read.Actors.HasFlag(party) || read.Steps(Language.English).Any(step => step.Who == party);
    }

    private static IEnumerable<Fact> Facts()
    {
        foreach (string[] row in SharedFacts.Lines("facts/provider-replies.tsv").Skip(1).Select(line => line.Split('\t')))
        {
            string fragment = row[3].StartsWith("re:", StringComparison.Ordinal)
                ? row[3][3..].Replace("[-A-Za-z]*", "In-", StringComparison.Ordinal).Replace("(B1|B2)", "B1", StringComparison.Ordinal)
                .Replace("\\d", "1", StringComparison.Ordinal)
                : row[3];
            string code = row[1] == "-" ? "" : row[1] + " ";
            string status = EnhancedStatus.TryParse(row[2], out _) ? row[2] + " " : "";
            yield return new Fact(row[0], code + status + fragment, row[4], row[6], row[7]);
        }
    }
}
