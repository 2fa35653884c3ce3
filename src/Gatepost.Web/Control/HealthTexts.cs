using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>A failing check as a sentence that says what to do.</summary>
public static class HealthTexts
{
    public static string Of(HealthCheck check, Texts texts) => (check.Name, check.Detail) switch
    {
        ("store", "full") => texts.Say("status.failing-store-full"),
        ("store", _) => texts.Say("status.failing-store-broken"),
        ("disk", _) => texts.Say("status.failing-disk"),
        _ => texts.Say("status.failing-queue", ("detail", SafeText.Of(check.Detail))),
    };
}
