namespace Gatepost.Replies;

/// <summary>For whom advice is written; the four are side by side in <c>advice.toml</c>.</summary>
public enum AdviceVoice
{
    /// <summary>A sentence of its own: <c>gatepost explain</c>.</summary>
    Explain,

    /// <summary>In front of a step in a terminal.</summary>
    Step,

    /// <summary>The manual's pages.</summary>
    Page,

    /// <summary>A letter to the sender.</summary>
    Bounce,

    /// <summary>Above the steps in a letter to the sender; parties only.</summary>
    BounceSteps,
}

/// <summary>Names of parties and answers to "does sending again help?", in any language.</summary>
public static class AdviceTexts
{
    /// <summary>What one party is called.</summary>
    /// <param name="who">One party, or <see cref="Actors.Nobody"/>.</param>
    /// <param name="voice">For whom.</param>
    /// <param name="domain">The recipient's, named in bounces only.</param>
    public static string Party(this Texts texts, Actors who, AdviceVoice voice, string domain = "") =>
        texts.Say($"party.{KeyOf(who)}-{KeyOf(voice)}", ("domain", domain));

    /// <summary>Whether sending the message again helps.</summary>
    public static string Again(this Texts texts, Retry retry, AdviceVoice voice) => texts.Say($"again.{KeyOf(retry)}-{KeyOf(voice)}");

    private static string KeyOf(Actors who) => who switch
    {
        Actors.Sender => "sender",
        Actors.SenderAdmin => "sender-admin",
        Actors.AddressOwner => "address-owner",
        Actors.Recipient => "recipient",
        Actors.RecipientAdmin => "recipient-admin",
        _ => "nobody",
    };

    private static string KeyOf(Retry retry) => retry switch
    {
        Retry.Automatic => "automatic",
        Retry.Later => "later",
        Retry.AfterChange => "after-change",
        Retry.InParts => "in-parts",
        _ => "no",
    };

    private static string KeyOf(AdviceVoice voice) => voice switch
    {
        AdviceVoice.Explain => "explain",
        AdviceVoice.Step => "step",
        AdviceVoice.Page => "page",
        AdviceVoice.Bounce => "bounce",
        _ => "bounce-steps",
    };
}
