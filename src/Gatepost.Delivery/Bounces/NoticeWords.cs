using Gatepost.Replies;

namespace Gatepost.Delivery.Bounces;

/// <summary>The sentences of a report that are not those of the catalogue, in one language.</summary>
internal abstract class NoticeWords
{
    public static NoticeWords In(Language language) => language == Language.Russian ? RussianWords.Only : EnglishWords.Only;

    public abstract Language Language { get; }

    /// <summary>The name beside the address in From.</summary>
    public abstract string From { get; }

    public abstract string Subject(NoticeKind kind, string first, int others);

    /// <summary>The sentence that begins the report: what became of the message.</summary>
    public abstract string Opening(NoticeKind kind, int recipients);

    /// <summary>How a forwarded address is shown beside the one that was written to.</summary>
    public abstract string PassedOn(string accepted, string final);

    /// <summary>Which message it is, for people who sent several.</summary>
    public abstract string WhichMessage(string date, string? subject);

    /// <summary>Where nothing is known about the cause.</summary>
    public abstract string UnknownCause { get; }

    /// <summary>Introduces the cause beneath an expiry.</summary>
    public abstract string LastCause { get; }

    /// <summary>Introduces the cause beneath a forward's refusal.</summary>
    public abstract string ForwardCause { get; }

    /// <summary>Stands for an address or a host that the reader is not to learn.</summary>
    public abstract string Withheld { get; }

    public abstract string WhoCanAct(Actors actors, string domain);

    public abstract string WhatToDo(Actors party, string domain);

    public abstract string SendAgain(Retry retry);

    public abstract string KeepsTrying(string until);

    /// <summary>Introduces quoted words.</summary>
    /// <param name="host">Who said them.</param>
    /// <param name="stage">In answer to what.</param>
    public abstract string RemoteSaid(string host, string stage);

    /// <summary>Introduces the record of a condition nobody but us has put into words.</summary>
    public abstract string OurRecord { get; }

    public abstract string Relayed(string host);

    public abstract string Contact(string contact, string id);

    public abstract string TechnicalPartFollows { get; }

    /// <summary>The sentence in the place of a message that cannot be returned.</summary>
    public abstract string CannotReturn { get; }
}
