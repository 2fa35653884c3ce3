using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// The list of replies that hosting providers publish, each line as it stands on the page and as a real server says it: reason, who acts,
/// and whether it is over.
/// </summary>
public sealed class ReplyListTests
{
    /// <summary>Line | reasons that are right, the first is wanted | outcome | one who must be among those who act, - for nobody.</summary>
    private const string List = """
        101 The server is unable to connect | host-unreachable | not-sent | sender-admin
        111 Connection refused or inability to open an SMTP stream | host-unreachable | not-sent | sender-admin
        211 System status message or help reply | accepted | accepted | -
        214 A response to the HELP command | accepted | accepted | -
        220 The server is ready | accepted | accepted | -
        221 The server is closing its transmission channel | accepted | accepted | -
        250 Requested mail action okay completed | accepted | accepted | -
        251 User not local will forward | accepted | accepted | -
        252 The server cannot verify the user, but it will try to deliver the message anyway | accepted | accepted | -
        354 Start mail input end . | accepted | accepted | -
        420 Timeout connection problem | host-unreachable | still-trying | recipient-admin
        421 The service is unavailable due to a connection problem: it may refer to an exceeded limit of simultaneous connections, or a more general temporary problem | rate-limited | still-trying | sender-admin
        422 The recipient's mailbox has exceeded its storage limit | mailbox-full | still-trying | recipient
        431 Not enough space on the disk, or an "out of memory" condition due to a file overload | system-full | still-trying | recipient-admin
        432 The recipient's Exchange Server incoming mail queue has been stopped | system-error | still-trying | recipient-admin
        441 The recipient's server is not responding | host-unreachable | still-trying | recipient-admin
        442 The connection was dropped during the transmission | host-unreachable | still-trying | recipient-admin
        446 The maximum hop count was exceeded for the message: an internal loop has occurred | mail-loop | still-trying | recipient-admin
        447 Your outgoing message timed out because of issues concerning the incoming server | delivery-expired | given-up | -
        449 A routing error | dns-failure | still-trying | sender-admin
        450 Requested action not taken - The user's mailbox is unavailable | system-error, unknown, mailbox-unknown, greylisted | still-trying | recipient-admin
        451 Requested action aborted - Local error in processing | system-error | still-trying | recipient-admin
        452 Too many emails sent or too many recipients: more in general, a server storage limit exceeded | too-many-recipients, system-full, rate-limited | still-trying | sender
        471 An error of your mail server, often due to an issue of the local anti-spam filter | policy-refused, spam-detected, configuration-error | still-trying | sender-admin
        500 A syntax error: the server couldn't recognize the command | protocol-error | refused | sender-admin
        501 Another syntax error, not in the command but in its parameters or arguments | protocol-error | refused | sender-admin
        502 The command is not implemented | protocol-error | refused | sender-admin
        503 The server has encountered a bad sequence of commands, or it requires an authentication | auth-required, protocol-error | refused | sender-admin
        504 A command parameter is not implemented | protocol-error | refused | sender-admin
        510 Bad email address | address-invalid, mailbox-unknown | refused | sender
        511 Bad email address | mailbox-unknown, address-invalid | refused | sender
        512 A DNS error: the host server for the recipient's domain name cannot be found | domain-not-found | refused | sender
        513 Address type is incorrect | address-invalid | refused | sender
        523 The total size of your mailing exceeds the recipient server's limits | message-too-big | refused | sender
        530 Normally, an authentication problem. But sometimes it's about the recipient's server blacklisting yours, or an invalid email address | auth-required | refused | sender
        541 The recipient address rejected your message: normally, it's an error caused by an anti-spam filter | recipient-refused, spam-detected | refused | recipient
        550 It usually defines a non-existent email address on the remote side | mailbox-unknown | refused | sender
        551 User not local or invalid address - Relay denied | relay-denied | refused | sender-admin
        552 Requested mail actions aborted - Exceeded storage allocation | mailbox-full | refused | recipient
        553 Requested action not taken - Mailbox name invalid | address-invalid, mailbox-unknown | refused | sender
        554 This means that the transaction has failed. It's a permanent error and the server will not try to send the message again | unknown | refused | sender-admin
        550 5.1.1 Recipient address rejected: User unknown in virtual alias table | mailbox-unknown | refused | sender
        550 5.1.1 <bob@partner.example>: Recipient address rejected: User unknown in virtual alias table | mailbox-unknown | refused | sender
        550 5.1.1 Protocol error | protocol-error | refused | sender-admin
        550 5.3.2 Service currently unavailable | client-blocked | refused | sender-admin
        554 5.7.1 Service unavailable; Client host X.X.X.X blocked using zen.spamhaus.org | client-blocked | refused | sender-admin
        554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7 | client-blocked | refused | sender-admin
        550 5.7.1 : Helo command rejected: You aren't localhost | helo-refused | refused | sender-admin
        550 5.7.1 : Helo command rejected: You aren't localhost.localdomain. | helo-refused | refused | sender-admin
        550 5.7.1 : Helo command rejected: You are not me | helo-refused | refused | sender-admin
        554 5.7.1 : Relay access denied | relay-denied | refused | sender-admin
        554 5.7.1 <bob@partner.example>: Relay access denied | relay-denied | refused | sender-admin
        551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio | spam-detected | refused | sender
        530 5.7.0 Recipient address rejected: Authentication Required | auth-required | refused | sender
        550 5.4.5 Recipient address rejected: Hourly domain sending quota exceeded | quota-exceeded | refused | sender-admin
        550 5.4.6 Recipient address rejected: Hourly sending quota exceeded | quota-exceeded | refused | sender
        553 5.7.1 Sender address rejected: not owned by user user@domain.com | sender-not-owned | refused | sender
        554 5.7.1 : Recipient address rejected: USER IS SUSPENDED | mailbox-disabled, sender-suspended | refused | recipient
        522 5.7.1 : Recipient address rejected: Requested mail action aborted: exceeded storage allocation | mailbox-full | refused | recipient
        554 5.7.1 : Sender address rejected: Access denied | sender-refused | refused | sender
        450 4.1.8 : Sender address rejected: Domain not found | sender-domain-not-found | still-trying | sender-admin
        450 4.7.1 Client host rejected: cannot find your reverse hostname | rdns-missing | still-trying | address-owner
        450 4.7.1 : Recipient address rejected: Policy Rejection- Quota Exceeded | quota-exceeded | still-trying | -
        450 4.7.1 Recipient address rejected: Access denied | recipient-refused, address-invalid | still-trying | recipient-admin
        451 4.3.5 Server configuration problem - try again later | configuration-error | still-trying | recipient-admin
        451 4.7.1 Service unavailable - try again later; | system-error | still-trying | recipient-admin
        452 4.5.3 Error: too many recipients | too-many-recipients | still-trying | sender
        """;

    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void Every_line_of_the_list_is_answered_rightly_in_both_languages()
    {
        var wrong = new List<string>();
        foreach (string row in List.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = [.. row.Split('|').Select(cell => cell.Trim())];
            string[] reasons = cells[1].Split(", ");
            var report = explainer.ReadLine(cells[0]);
            string acts = string.Join(',', Advice.Parties.Where(party => report.Actors.HasFlag(party)).Select(Word));
            if (!reasons.Contains(report.Reason.Word) || ReportJson.NameOf(report.Outcome) != cells[2]
                || (cells[3] == "-" ? acts.Length > 0 : !acts.Split(',').Contains(cells[3])))
                wrong.Add(
                    $"{cells[0]}: {report.Reason} by {report.Entry.Id}, {ReportJson.NameOf(report.Outcome)}, {acts}; wanted {cells[1]}, "
                    + $"{cells[2]}, {cells[3]}");
            if (report.Basis == Basis.Own || report.Confidence == Confidence.Certain)
                wrong.Add($"{cells[0]}: taken for our own reply");
            foreach (var language in Languages.All)
                wrong.AddRange(Faults(report, language).Select(fault => $"{cells[0]} ({language.Code()}): {fault}"));
        }

        Replies.Shown.None(wrong);
    }

    [Theory]
    [InlineData("550 5.4.6 Recipient address rejected: Hourly sending quota exceeded", true)]
    [InlineData("550 5.1.1 Protocol error", true)]
    [InlineData("551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio", true)]
    [InlineData("522 5.7.1 : Recipient address rejected: Requested mail action aborted: exceeded storage allocation", true)]
    [InlineData("550 5.1.1 <bob@example.org>: User unknown", false)]
    [InlineData("552 5.2.2 Mailbox full", false)]
    [InlineData("554 5.7.1 Relay access denied", false)]
    public void Where_number_and_words_disagree_the_answer_says_so(string line, bool misleads) =>
        Assert.Equal(misleads, explainer.ReadLine(line).NumberMisleads);

    private static IEnumerable<string> Faults(Report report, Language language)
    {
        string meaning = report.Meaning(language);
        string all = string.Join('\n', report.Steps(language).Select(step => step.What).Prepend(meaning));
        if (meaning.Length == 0 || meaning.Any(letter => letter is >= 'А' and <= 'я') != (language == Language.Russian))
            yield return $"no meaning: {meaning}";
        if (report.Outcome == MessageOutcome.Accepted ? report.Steps(language).Count > 0 || report.Actors != Actors.Nobody
            : report.Steps(language).Count == 0)
            yield return "steps";
        foreach (string ours in (string[])["gatepost trace", "Gatepost's", "is ours", "this server is set", "the rule spoke", "наш домен"])
            if (all.Contains(ours, StringComparison.Ordinal))
                yield return $"speaks of us: {ours}";
        if (report.Outcome == MessageOutcome.Accepted && (
            all.Contains("not accepted", StringComparison.Ordinal) || all.Contains("не приняли", StringComparison.Ordinal)))
            yield return "a yes told as a refusal";
    }

    private static string Word(Actors party) => party switch
    {
        Actors.Sender => "sender",
        Actors.SenderAdmin => "sender-admin",
        Actors.AddressOwner => "address-owner",
        Actors.Recipient => "recipient",
        _ => "recipient-admin",
    };
}
