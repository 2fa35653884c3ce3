using Gatepost.Replies;

namespace Gatepost.Delivery.Bounces;

internal sealed class EnglishWords : NoticeWords
{
    public static readonly EnglishWords Only = new();

    public override Language Language => Language.English;

    public override string From => "Mail delivery";

    public override string UnknownCause => "The receiving server refused the message and gave no reason that could be recognised; its own words are below.";

    public override string LastCause => "The last try ended like this:";

    public override string OurRecord => "What our server noted:";

    public override string TechnicalPartFollows => "The rest of this report is for mail programs and administrators.";

    public override string CannotReturn => "The message itself could not be read when this report was written.";

    public override string Subject(NoticeKind kind, string first, int others)
    {
        string to = others == 0 ? first : $"{first} and {others} more";
        return kind switch
        {
            NoticeKind.Failed => $"Not delivered: your message to {to}",
            NoticeKind.Delayed => $"Not delivered yet: your message to {to}",
            _ => $"Delivered: your message to {to}",
        };
    }

    public override string Opening(NoticeKind kind, int recipients) => kind switch
    {
        NoticeKind.Failed => recipients == 1 ? "Your message could not be delivered to this address:" : "Your message could not be delivered to these addresses:",
        NoticeKind.Delayed => recipients == 1 ? "Your message has not been delivered to this address yet:" : "Your message has not been delivered to these addresses yet:",
        _ => recipients == 1 ? "Your message was delivered to this address, as you had asked to be told:" : "Your message was delivered to these addresses, as you had asked to be told:",
    };

    public override string PassedOn(string accepted, string final) => $"{accepted} (passed on to {final})";

    public override string WhichMessage(string date, string? subject) =>
        subject is null ? $"It was accepted on {date}." : $"It was accepted on {date}; its subject is \"{subject}\".";

    public override string ForwardCause => "That server refused it for this reason:";

    public override string Withheld => "[withheld]";

    public override string WhoCanAct(Actors actors, string domain)
    {
        var who = new List<string>(5);
        if (actors.HasFlag(Actors.Sender))
            who.Add("you");
        if (actors.HasFlag(Actors.SenderAdmin))
            who.Add("the administrator of your own mail server");
        if (actors.HasFlag(Actors.AddressOwner))
            who.Add("the provider of your mail server's internet address");
        if (actors.HasFlag(Actors.Recipient))
            who.Add("the recipient");
        if (actors.HasFlag(Actors.RecipientAdmin))
            who.Add($"the administrator of mail at {domain}");
        return who.Count == 0 ? "Nobody has to act." : $"Who can change this: {string.Join(" or ", who)}.";
    }

    public override string WhatToDo(Actors party, string domain) => party switch
    {
        Actors.Sender => "What you can do:",
        Actors.SenderAdmin => "What the administrator of your mail server can do:",
        Actors.AddressOwner => "What the provider of your mail server's internet address can do:",
        Actors.Recipient => "What the recipient can do:",
        _ => $"What the administrator of mail at {domain} can do:",
    };

    public override string SendAgain(Retry retry) => retry switch
    {
        Retry.No => "Sending the same message again will not help.",
        Retry.Automatic or Retry.Later => "The address may be right: sending the message again later can work.",
        Retry.AfterChange => "Sending it again helps only after the cause has been put right.",
        _ => "It can work in smaller parts, or to fewer recipients at a time.",
    };

    public override string KeepsTrying(string until) => $"You need not do anything: our server keeps trying until {until}. You will hear from it only if that fails too.";

    public override string RemoteSaid(string host, string stage) => $"The other server's own words ({host}, in answer to {stage}):";

    public override string Relayed(string host) => $"It was handed over to {host}. That server does not send reports, so this is the last one.";

    public override string Contact(string contact, string id) => $"Questions? Ask {contact} and name the message {id}.";
}
