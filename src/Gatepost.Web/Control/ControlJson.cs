using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>What an administrator can do to queued recipients.</summary>
public enum QueueChange
{
    Hold,
    Release,
    Retry,
    Bounce,
    Drop,
}

/// <param name="Recipients">How many it touched.</param>
public sealed record QueueChanged(int Recipients);

/// <summary>Why a request was not understood (RFC 9457).</summary>
/// <param name="Title">What happened, in short.</param>
/// <param name="Status">The status code of HTTP.</param>
/// <param name="Detail">What is wrong with the request.</param>
public sealed record ControlProblem(string Title, int Status, string Detail);

/// <param name="Ok">Whether the new configuration is in force.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Faults">Everything wrong with the file; empty if <paramref name="Ok"/>.</param>
public sealed record Reloaded(bool Ok, Finding Message, IReadOnlyList<string> Faults)
{
    /// <summary>The faults as findings, for a reader of any language; null from an earlier version.</summary>
    public IReadOnlyList<Finding>? Errors { get; init; }
}

/// <param name="Outcome">What became of it.</param>
/// <param name="QueueId">Set where kept.</param>
/// <param name="Reply">The server's own words.</param>
/// <param name="Refused">Recipients that were refused, with the reply each got; a message with one of them is not taken at all.</param>
public sealed record Submitted(SubmitOutcome Outcome, string? QueueId, string Reply, IReadOnlyList<string> Refused);

/// <summary>The envelope of a message a local program hands in.</summary>
/// <param name="Sender">Empty for the null sender; without @ a user of this machine.</param>
/// <param name="Recipients">1 to 10,000; without @ of the first hosted domain.</param>
public sealed record SubmitRequest(string Sender, IReadOnlyList<string> Recipients)
{
    public Smtp.DsnNotify Notify { get; init; }

    public Smtp.DsnReturn Return { get; init; }

    /// <summary>In xtext (RFC 3461 §4); null if none.</summary>
    public string? EnvelopeId { get; init; }
}

public enum SubmitOutcome
{
    /// <summary>Durable.</summary>
    Kept,

    /// <summary>Rejected permanently.</summary>
    Refused,

    /// <summary>Rejected temporarily.</summary>
    TryLater,
}

public sealed record ServerStatus
{
    public required string Version { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string HostName { get; init; }

    /// <summary>Process id.</summary>
    public required int Process { get; init; }

    public required IReadOnlyList<ServerListener> Listeners { get; init; }

    /// <summary>Configuration file in force; null for the built-in one.</summary>
    public string? Configuration { get; init; }

    /// <summary>Clients kept out for a while, the newest 1,000.</summary>
    public IReadOnlyList<ServerBlock> Blocked { get; init; } = [];

    /// <summary>What wants an administrator's eye now, oldest first.</summary>
    public IReadOnlyList<ServerAlarm> Alarms { get; init; } = [];

    /// <summary>The checks of <c>/health</c> that fail now, alarms not among them.</summary>
    public IReadOnlyList<HealthCheck> Failing { get; init; } = [];
}

/// <param name="Network">Who: an address, or for IPv6 its /64.</param>
/// <param name="Rule">By which rule.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Why">One line.</param>
public sealed record ServerBlock(string Network, string Rule, DateTimeOffset Since, DateTimeOffset Until, Finding Why);

/// <param name="Blocks">The blocks that were lifted.</param>
public sealed record ClientReleased(int Blocks);

/// <param name="Key">Names the thing: <c>dnsbl:zen.example</c>.</param>
/// <param name="Since">When it was first met.</param>
/// <param name="Text">What is wrong and what was done about it, one line.</param>
public sealed record ServerAlarm(string Key, DateTimeOffset Since, Finding Text);

/// <param name="Link">Signs an operator in to the panel once, within the hour; null if there is no panel.</param>
public sealed record PanelLink(string? Link);

/// <param name="Role">mx, submission, internal or lmtp.</param>
/// <param name="Address">Address and port.</param>
/// <param name="ImplicitTls">Whether TLS begins immediately.</param>
public sealed record ServerListener(string Role, string Address, bool ImplicitTls);

/// <summary>One check of <c>/health</c>.</summary>
public sealed record HealthCheck(string Name, bool Ok, string Detail);

public sealed record Health(bool Ok, IReadOnlyList<HealthCheck> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
        Converters = [typeof(JournalJson), typeof(StoryJson)])]
[JsonSerializable(typeof(QueueItem))]
[JsonSerializable(typeof(QueueFilter))]
[JsonSerializable(typeof(QueueChanged))]
[JsonSerializable(typeof(JournalEvent))]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(Reloaded))]
[JsonSerializable(typeof(Submitted))]
[JsonSerializable(typeof(SubmitRequest))]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ClientReleased))]
[JsonSerializable(typeof(PanelLink))]
[JsonSerializable(typeof(ServerBlock))]
[JsonSerializable(typeof(ControlProblem))]
[JsonSerializable(typeof(Policy.Quarantine.QuarantinedMessage))]
[JsonSerializable(typeof(QuarantineFilter))]
[JsonSerializable(typeof(QuarantineContent))]
[JsonSerializable(typeof(QuarantineChanged))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(CertificateOrderRequest))]
[JsonSerializable(typeof(CertificateAnswer))]
[JsonSerializable(typeof(DirectoryChange))]
[JsonSerializable(typeof(DirectoryAnswer))]
[JsonSerializable(typeof(DirectoryQuestion))]
[JsonSerializable(typeof(DirectoryRow))]
[JsonSerializable(typeof(SearchQuery))]
[JsonSerializable(typeof(SearchPage))]
public sealed partial class ControlJson : JsonSerializerContext
{
    /// <summary>One object a line, letters of all languages as themselves; control characters and line separators escaped.</summary>
    public static ControlJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            AsWord<RecipientState>(), AsWord<BlockSide>(), AsWord<DirectoryKind>(), AsWord<DomainKind>(), AsWord<Suspended>(),
            AsWord<Actors>(), AsWord<EntryKind>(), AsWord<Permanence>(), AsWord<ReplyStyle>(), AsWord<Retry>(), AsWord<Stage>(),
            AsWord<BodyType>(), AsWord<DsnNotify>(), AsWord<DsnReturn>(), AsWord<JournalKind>(), AsWord<ListenerRole>(),
            AsWord<SubmitOutcome>(), AsWord<System.Net.Sockets.AddressFamily>(), AsWord<KeyVerb>(), AsWord<ReportVerb>(),
                AsWord<CertificateVerb>(),
                AsWord<SearchKind>(),
            AsWord<SearchSide>(), AsWord<StoryOutcome>(), new JournalJson(), new StoryJson(),
        },
        Encoder = SafeJson.Encoder,
    });

    /// <summary>Of each enumeration by itself: one for all of them would make code at run time, which a compiled program cannot.</summary>
    private static JsonStringEnumConverter<T> AsWord<T>()
        where T : struct, Enum => new(JsonNamingPolicy.CamelCase);
}
