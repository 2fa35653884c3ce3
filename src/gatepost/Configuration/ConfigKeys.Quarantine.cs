using Gatepost.Policy.Quarantine;

namespace Gatepost.Configuration;

/// <content>What becomes of refused messages.</content>
public static partial class ConfigKeys
{
    public static class Quarantine
    {
        public static readonly Key<IReadOnlyList<string>> Keep = ValueKinds.Texts("keep", "[]", $"Rules whose refused messages leave a copy in quarantine; the refusal stays one. Of {Names}.", "a list of rules");
        public static readonly Key<IReadOnlyList<string>> Accept = ValueKinds.Texts("accept", "[\"filter-kept-back\"]", $"Rules whose messages are taken (250) and go nowhere but into quarantine. The sender does not learn of it, so somebody has to look. Of {Names}.", "a list of rules");
        public static readonly Key<long> MaxSize = ValueKinds.Size("max-size", "1GB", "1MB", "1TB", "What all messages together may take. Beyond it the oldest refused ones go; messages that were taken never go for want of room.");
        public static readonly Key<long> MaxMessage = ValueKinds.Size("max-message", "50MB", "1KB", "2GB", "Larger messages are refused without a copy.");
        public static readonly Key<TimeSpan> MaxAge = ValueKinds.Duration("max-age", "30d", "1h", "3650d", "How long messages stay, taken ones too.");

        private static string Names => string.Join(", ", QuarantineOptions.Rules.Select(rule => $"`{rule}`"));
    }

    private static SectionDefinition QuarantineSection => new("quarantine", false, "Refused messages kept for a person to look at: `gatepost quarantine`.", [Quarantine.Keep, Quarantine.Accept, Quarantine.MaxSize, Quarantine.MaxMessage, Quarantine.MaxAge], """
        [quarantine]
        keep = ["virus-found", "spam-found"]
        max-age = "14d"
        """);
}
