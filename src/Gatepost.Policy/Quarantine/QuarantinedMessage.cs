using System.Text.Json.Serialization;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Quarantine;

/// <summary>What is known of a message in quarantine beside its octets: the envelope, the judgement and its evidence.</summary>
public sealed record QuarantinedMessage
{
    /// <summary>The queue id it had when it came.</summary>
    public required string Id { get; init; }

    /// <summary>The case number, <c>G-...</c>, under which <c>trace</c> has the record; null if a dry run judged.</summary>
    [JsonPropertyName("case")]
    public string? VerdictId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Rule { get; init; }

    public required Finding Why { get; init; }

    /// <summary>What the rule saw.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>The reply the client got; null if the message was accepted.</summary>
    public string? Reply { get; init; }

    /// <summary>Octets of the message.</summary>
    public required long Size { get; init; }

    public required string Session { get; init; }

    public required ListenerRole Role { get; init; }

    /// <summary>The client's address and port.</summary>
    public required string Client { get; init; }

    public string? ClientName { get; init; }

    public string? Helo { get; init; }

    public bool IsEsmtp { get; init; }

    public string? User { get; init; }

    /// <summary>Empty for the null sender.</summary>
    public required string Sender { get; init; }

    public required IReadOnlyList<QuarantinedRecipient> Recipients { get; init; }

    public BodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }

    /// <summary>What the sender asks of TLS on the way.</summary>
    public TlsRequest Tls { get; init; }

    /// <summary>Fields of ours that would have gone above the message.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether the message begins with its text.</summary>
    public bool LacksHeader { get; init; }

    /// <summary>Whether the client got 250: then this is the only copy.</summary>
    public bool WasTaken => Reply is null;

    public static QuarantinedMessage Of(Session session, Verdict verdict, bool taken, DateTimeOffset now) => new()
    {
        Id = session.Draft!.QueueId,
        VerdictId = verdict.Id,
        At = now,
        Rule = verdict.Rule,
        Why = verdict.Why,
        Facts = verdict.Facts,
        Reply = taken ? null : verdict.Reply!.ToString(),
        Size = session.Draft.Length,
        Session = session.Id,
        Role = session.Role,
        Client = session.Client.ToString(),
        ClientName = session.ClientName,
        Helo = session.Helo,
        IsEsmtp = session.IsEsmtp,
        User = session.User,
        Sender = session.Envelope?.Sender?.ToString() ?? "",
        Recipients = [.. (session.Envelope?.Recipients ?? [])
            .Select(recipient => new QuarantinedRecipient(recipient.Address.ToString(), recipient.Notify, recipient.OriginalRecipient))],
        Body = session.Envelope?.Body ?? BodyType.SevenBit,
        SmtpUtf8 = session.Envelope?.SmtpUtf8 ?? false,
        Return = session.Envelope?.Return ?? DsnReturn.Unspecified,
        EnvelopeId = session.Envelope?.EnvelopeId,
        Tls = session.Envelope?.Tls ?? TlsRequest.None,
        Fields = session.AddedFields,
        LacksHeader = session.LacksHeader,
    };
}

/// <param name="Address">As the client said it.</param>
/// <param name="Notify">When the sender wants to be notified.</param>
/// <param name="OriginalRecipient">ORCPT.</param>
public sealed record QuarantinedRecipient(string Address, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);
