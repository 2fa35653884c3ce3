using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain.Bounces;

/// <summary>The lists of phrases that notices are recognised and read by, from <c>Notices/*.toml</c>.</summary>
internal sealed class NoticePhrases(PhraseLists lists)
{
    /// <summary>Sentences that say a message was not delivered, in twelve languages.</summary>
    public PhraseList Failure { get; } = lists["failure"];

    /// <summary>Words of trouble that other mail uses too.</summary>
    public PhraseList Trouble { get; } = lists["trouble"];

    /// <summary>Words that make a text one about mail.</summary>
    public PhraseList MailWord { get; } = lists["mail-word"];

    /// <summary>Words of any failure, of mail or not.</summary>
    public PhraseList TroubleWord { get; } = lists["trouble-word"];

    /// <summary>The server still tries.</summary>
    public PhraseList Waiting { get; } = lists["waiting"];

    /// <summary>The server no longer tries, whatever else is said about trying.</summary>
    public PhraseList GivenUp { get; } = lists["given-up"];

    public PhraseList MachineAddress { get; } = lists["machine-address"];

    public PhraseList MachineName { get; } = lists["machine-name"];

    public PhraseList NoticeSubject { get; } = lists["notice-subject"];

    public PhraseList AutoSubject { get; } = lists["auto-subject"];

    /// <summary>The mailbox behind an answering machine is gone.</summary>
    public PhraseList Closed { get; } = lists["closed"];

    /// <summary>The sender is asked to prove to be a person.</summary>
    public PhraseList Challenge { get; } = lists["challenge"];

    /// <summary>The message waits for a person's approval.</summary>
    public PhraseList Moderation { get; } = lists["moderation"];

    /// <summary>A list says that the sender may not post.</summary>
    public PhraseList Posting { get; } = lists["posting"];

    /// <summary>Announces the returned message.</summary>
    public PhraseList Returned { get; } = lists["returned"];

    /// <summary>Label right before a recipient.</summary>
    public PhraseList Label { get; } = lists["label"];

    /// <summary>Label of the line that names the author, above a message that a mail program quotes.</summary>
    public PhraseList QuotedFrom { get; } = lists["quoted-from"];

    /// <summary>Label of the line beside it that says whom that message was sent to.</summary>
    public PhraseList QuotedTo { get; } = lists["quoted-to"];

    /// <summary>Labels of the other lines: subject, date.</summary>
    public PhraseList QuotedBeside { get; } = lists["quoted-beside"];

    /// <summary>What libraries and scripts print when they cannot send.</summary>
    public PhraseList Program { get; } = lists["program"];

    /// <summary>What mail programs and web forms show when they cannot send.</summary>
    public PhraseList ProgramShown { get; } = lists["program-shown"];

    /// <summary>Words for the server at the other end, which no mail program talks to.</summary>
    public PhraseList FarServer { get; } = lists["far-server"];

    /// <summary>Words before an address that make it a recipient.</summary>
    public PhraseList RecipientBefore { get; } = lists["recipient-before"];

    /// <summary>Words before an address that make it another person's.</summary>
    public PhraseList OtherBefore { get; } = lists["other-before"];
}
