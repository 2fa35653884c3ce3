using Gatepost.Replies;

namespace Gatepost.Delivery.Bounces;

/// <summary>The sentences of a report that do not belong to a reply: which text of <c>[text.bounce]</c> is said when.</summary>
internal sealed class BounceWords(Texts texts)
{
    /// <summary>For the parts of a report that programs read.</summary>
    public static BounceWords English { get; } = new(Texts.English);

    public Language Language => texts.Language;

    /// <summary>The name beside the address in From.</summary>
    public string From => texts.Say("bounce.from");

    /// <summary>Where nothing is known about the cause.</summary>
    public string UnknownCause => texts.Say("bounce.unknown-cause");

    /// <summary>Introduces the cause beneath an expiry.</summary>
    public string LastCause => texts.Say("bounce.last-cause");

    /// <summary>Introduces the cause beneath a forward's refusal.</summary>
    public string ForwardCause => texts.Say("bounce.forward-cause");

    /// <summary>In place of an address or a host that the reader must not see.</summary>
    public string Withheld => texts.Say("bounce.withheld");

    /// <summary>Introduces the record of a condition that only our own server has met.</summary>
    public string OurRecord => texts.Say("bounce.our-record");

    public string TechnicalPartFollows => texts.Say("bounce.technical-part");

    /// <summary>In place of a message that cannot be returned.</summary>
    public string CannotReturn => texts.Say("bounce.cannot-return");

    public string Subject(NoticeKind kind, string first, int others)
    {
        string to = others == 0 ? first : texts.Say("bounce.and-others", ("first", first), ("count", others));
        return texts.Say(
            kind switch
            {
                NoticeKind.Failed => "bounce.subject-failed",
                NoticeKind.Delayed => "bounce.subject-delayed",
                _ => "bounce.subject-succeeded",
            },
            ("to", to));
    }

    /// <summary>The sentence that begins the report: what became of the message.</summary>
    public string Opening(NoticeKind kind, int recipients) => texts.Say(
        kind switch
        {
            NoticeKind.Failed => "bounce.opening-failed",
            NoticeKind.Delayed => "bounce.opening-delayed",
            _ => "bounce.opening-succeeded",
        },
        // The word agrees with "this" or "these": no number is said.
        ("count", recipients == 1 ? 1 : 2));

    /// <summary>How a forwarded address is shown beside the one that was written to.</summary>
    public string PassedOn(string accepted, string final) => texts.Say("bounce.passed-on", ("accepted", accepted), ("final", final));

    /// <summary>How an address is shown that hides one or several others.</summary>
    public string Behind(string accepted) => texts.Say("bounce.behind", ("accepted", accepted));

    /// <summary>Introduces quoted words of a server whose name would tell where a forward leads.</summary>
    /// <param name="stage">In answer to what.</param>
    public string HiddenSaid(string stage) => texts.Say("bounce.hidden-said", ("stage", stage));

    public string RelayedHidden => texts.Say("bounce.relayed-hidden");

    /// <summary>Which message it is, for people who sent several.</summary>
    public string WhichMessage(string date, string? subject) =>
        texts.Say(subject is null ? "bounce.accepted-on" : "bounce.accepted-on-subject", ("date", date), ("subject", subject));

    public string WhoCanAct(Actors actors, string domain)
    {
        var who = Parties.Where(party => actors.HasFlag(party)).Select(party => texts.Party(party, AdviceVoice.Bounce, domain)).ToList();
        return who.Count == 0
            ? texts.Party(Actors.Nobody, AdviceVoice.Bounce)
            : texts.Say("bounce.who-can-act", ("who", string.Join(texts.Say("bounce.or"), who)));
    }

    public string WhatToDo(Actors party, string domain) => texts.Party(party, AdviceVoice.BounceSteps, domain);

    public string SendAgain(Retry retry) => texts.Again(retry, AdviceVoice.Bounce);

    public string MayAlsoBe(string meaning, string? tell) =>
        $"{texts.Say("explain.may-also-be")}: {meaning}{(tell is null ? "" : " " + texts.Say("explain.tell", ("how", tell)))}";

    public string KeepsTrying(string until) => texts.Say("bounce.keeps-trying", ("until", until));

    /// <summary>Introduces quoted words.</summary>
    /// <param name="host">Who said them.</param>
    /// <param name="stage">In answer to what.</param>
    public string RemoteSaid(string host, string stage) => texts.Say("bounce.remote-said", ("host", host), ("stage", stage));

    public string Relayed(string host) => texts.Say("bounce.relayed", ("host", host));

    public string Contact(string contact, string id) => texts.Say("bounce.contact", ("contact", contact), ("id", id));

    /// <summary>Nearest first.</summary>
    private static readonly Actors[] Parties = [
        Actors.Sender, Actors.SenderAdmin, Actors.AddressOwner, Actors.Recipient, Actors.RecipientAdmin];
}
