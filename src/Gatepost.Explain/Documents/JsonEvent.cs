using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Documents;

/// <summary>A text member: its name, its decoded value, where that is in the UTF-8 text, and the number of its object.</summary>
internal sealed record JsonMember(string Name, string Value, int Start, int Length, int Object);

/// <summary>One event of a sending service: an object of the outermost level, or one element of its list.</summary>
internal sealed class JsonEvent
{
    /// <summary>Names of a recipient, the most particular first: those that bounced before all that were written to.</summary>
    private static readonly HashSet<string>[] RecipientNames =
    [
        Names("emailaddress"),
        Names("email", "recipient", "email-address", "rcpt_to", "rcpt", "recipientemail"),
        Names("recipients", "destination", "to"),
    ];

    private static readonly HashSet<string> KindNames = Names("event", "eventtype", "notificationtype", "recordtype", "type", "bouncetype",
        "bouncesubtype", "state", "severity", "error_related_to", "bounce_classification", "name");

    public static readonly HashSet<string> StatusNames = Names("status", "enhanced_code", "enhanced-code", "enhancedstatuscode");

    public List<JsonMember> Members { get; } = [];

    public List<JsonMember> Recipients => RecipientNames
        .Select(names => Of(names).Where(member => Address.First(member.Value) is not null).DistinctBy(member =>
            member.Value, StringComparer.OrdinalIgnoreCase).ToList())
        .FirstOrDefault(found => found.Count > 0) ?? [];

    /// <summary>The members that say what happened.</summary>
    public IEnumerable<JsonMember> Kinds => Of(KindNames);

    /// <summary>What happened; a failure whose severity is temporary is tried again by the service.</summary>
    public DeliveryAction? Action
    {
        get
        {
            foreach (var member in Kinds.OrderByDescending(member => member.Name.Equals("severity", StringComparison.OrdinalIgnoreCase)))
                if (ActionOf(member.Value) is { } action)
                    return action;

            // Anything has a status; only some words for it are those of mail.
            return Of(StatusNames).Select(member => member.Value.ToLowerInvariant() switch
            {
                "bounced" or "suppressed" or "filteredspam" or "quarantined" => DeliveryAction.Failed,
                _ => (DeliveryAction?)null,
            }).FirstOrDefault(action => action is not null);
        }
    }

    public bool IsComplaint => Kinds.Any(member => member.Value.Contains("complain", StringComparison.OrdinalIgnoreCase)
        || member.Value is "spam" or "spamreport" or "SpamComplaint");

    public bool IsAboutMail => (Action is not null || IsComplaint) && Recipients.Count > 0;

    /// <summary>A notification that names its kind as the large services do: no other JSON has these members.</summary>
    public bool IsNotification => Members.Exists(member => member.Name is "notificationType" or "eventType");

    public IEnumerable<JsonMember> Of(HashSet<string> names) => Members.Where(member => names.Contains(member.Name));

    public static HashSet<string> Names(params ReadOnlySpan<string> names)
    {
        var set = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names)
            set.Add(name);
        return set;
    }

    /// <summary>The words of services for what happened. What is opened or clicked says nothing about delivery.</summary>
    /// <remarks>Behind the last dot, in any spelling: <c>email.bounced</c>, <c>activity.hard_bounced</c>, <c>HardBounce</c>.</remarks>
    private static DeliveryAction? ActionOf(string word)
    {
        string plain = word[(word.LastIndexOf('.') + 1)..].Replace("-", "", StringComparison.Ordinal)
            .Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return plain switch
        {
            "bounce" or "bounced" or "hardbounce" or "hardbounces" or "hardbounced" or "softbounce" or "softbounced" or "failed"
                or "dropped"
                or "rejected" or "reject" or "blocked" or "error" or "invalidemail" or "permanent" or "undelivered" or "permanentfail"
                or "permanentfailure" or "bouncedrecipients" or "renderingfailure" or "invalid" or "suppressed" => DeliveryAction.Failed,
            "deferred" or "delayed" or "deliverydelay" or "deliverydelayed" or "delay" or "transientfailure" or "temporaryfail"
                or "temporary" => DeliveryAction.Delayed,
            "delivered" or "delivery" or "sent" => DeliveryAction.Delivered,
            _ => null,
        };
    }
}
