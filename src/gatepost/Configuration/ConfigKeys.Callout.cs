namespace Gatepost.Configuration;

/// <content>Verifying recipients at the next host.</content>
public static partial class ConfigKeys
{
    public static class Callout
    {
        public static readonly Key<TimeSpan> Timeout = ValueKinds.Duration("timeout", "10s", "1s", "2m", "How long one question may take, connecting included. Silence is no refusal; `[[rule]] when-silent = \"defer\"` makes it 450.");
        public static readonly Key<TimeSpan> KeepPositive = ValueKinds.Duration("keep-positive", "1d", "1m", "31d", "How long it is believed that an address is taken.");
        public static readonly Key<TimeSpan> KeepNegative = ValueKinds.Duration("keep-negative", "1h", "1m", "1d", "How long it is believed that an address is refused.");
    }

    private static SectionDefinition CalloutSection => new("callout", false, "Verifies recipients of `relay` domains at their next host (MAIL FROM:<>, RCPT, no message) where the rule `recipient-undeliverable` is on.", [Callout.Timeout, Callout.KeepPositive, Callout.KeepNegative], """
        [callout]
        keep-negative = "10m"

        [[rule]]
        name = "recipient-undeliverable"
        mode = "on"
        """);
}
