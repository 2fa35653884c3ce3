using Gatepost.Smtp;

namespace Gatepost.Policy.Reputation;

/// <summary>What the next host says of a recipient.</summary>
public enum CalloutOutcome
{
    Taken,

    /// <summary>It refuses the recipient permanently.</summary>
    Refused,

    /// <summary>It was not reached, did not answer, or wants to be asked later: nothing was learnt.</summary>
    Silent,

    /// <summary>No host was asked, since this is a dry run: nothing can be said.</summary>
    NotAsked,
}

/// <summary>For whom an answer is remembered.</summary>
public enum CalloutSubject
{
    Recipient,

    /// <summary>The conversation did not get as far as the recipient: every other would get the same.</summary>
    Host,

    /// <summary>The host was not asked: the next question may be.</summary>
    Nothing,
}

/// <param name="Outcome">What it came to.</param>
/// <param name="Host">Who was asked.</param>
/// <param name="Said">Its words, or what happened instead; one line.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Conversation">The id under which the journal has it; null if no host was asked.</param>
public sealed record Callout(CalloutOutcome Outcome, string Host, string Said, DateTimeOffset At, string? Conversation = null)
{
    /// <summary>For whom it is remembered.</summary>
    public CalloutSubject Subject { get; init; }
}

/// <summary>Asks the host a recipient would be passed on to whether it takes it. Nothing is sent. Implemented beside delivery.</summary>
public interface IRecipientProbe
{
    /// <summary>Never throws for what the network did.</summary>
    ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, TimeSpan timeout, CancellationToken cancel);
}

/// <summary>How recipients of relay domains are verified where the rule <c>recipient-undeliverable</c> is on.</summary>
public sealed record CalloutOptions
{
    /// <summary>For one question, connecting included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long "yes" is believed.</summary>
    public TimeSpan KeepPositive { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long "no" is believed.</summary>
    public TimeSpan KeepNegative { get; init; } = TimeSpan.FromHours(1);
}
