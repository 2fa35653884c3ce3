using Gatepost.Policy;
using Gatepost.Smtp;

namespace Gatepost.Tour;

/// <summary>What the scenes of more than one list say, and how such scenes are written down.</summary>
internal static class TourScript
{
    public const string Ehlo = "EHLO client.partner.example";
    public const string Mail = "MAIL FROM:<ann@partner.example>";
    public const string Ann = "AUTH ann@host.example pencil";
    public const string AnnMail = "MAIL FROM:<ann@host.example>";

    public static readonly IReadOnlyList<string> Message = [
        Ehlo, Mail, "RCPT TO:<ann@host.example>", "DATA", "> From: ann@partner.example", "> Subject: tour", "> ", "> Hello", "> ."];

    /// <summary>Turns a rule on that is off by itself.</summary>
    public static Func<PolicyOptions, PolicyOptions> On(string rule) =>
        options => options with { Rules = new Dictionary<string, RuleOptions> { [rule] = new() { Mode = RuleMode.On } } };

    /// <summary>What an authenticated user is answered.</summary>
    public static TourScenario Login(
        string row, string context, IReadOnlyList<string> says, string rule, string classic, string modern = "") => new()
        {
            Row = row,
            Case = context,
            Role = ListenerRole.Submission,
            Says = [Ehlo, .. says],
            Rule = rule,
            Classic = classic,
            Modern = modern,
        };

    /// <summary>Something our own queue finds out.</summary>
    public static TourScenario Condition(string row, string context, string told, TourPeer peer, string entry, params string[] reasons) =>
        new()
        {
            Row = row,
            Case = context,
            Told = told,
            Peer = peer,
            Rule = entry,
            Reasons = reasons,
        };
}
