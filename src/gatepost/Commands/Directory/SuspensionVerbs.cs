using System.CommandLine;
using Gatepost.Policy.Directory;

namespace Gatepost.Commands;

/// <summary><c>suspend</c> and <c>resume</c>, of mailboxes and of domains.</summary>
internal static class SuspensionVerbs
{
    private static readonly Option<bool> Receiving = new("--receiving");
    private static readonly Option<bool> Sending = new("--sending");
    private static readonly Option<bool> Login = new("--login");

    /// <param name="subject">Makes the subject of the argument.</param>
    /// <param name="name">Which one.</param>
    public static Command Suspend(Func<string, string> subject, Argument<string> name) =>
        new Command("suspend") { name, Receiving, Sending, Login, DirectoryVerbs.Why,
                DirectoryVerbs.Until }
            .Changing(
                parsed =>
                    new Suspend(subject(parsed.GetRequiredValue(name)), What(parsed), parsed.GetRequiredValue(DirectoryVerbs.Why),
                        parsed.GetValue(DirectoryVerbs.Until)));

    public static Command Resume(Func<string, string> subject, Argument<string> name) =>
        new Command("resume") { name, Receiving, Sending, Login }
            .Changing(parsed => new Resume(subject(parsed.GetRequiredValue(name)), What(parsed)));

    private static Suspended What(ParseResult parsed)
    {
        var what = (parsed.GetValue(Receiving) ? Suspended.Receiving : 0) | (parsed.GetValue(Sending) ? Suspended.Sending : 0)
            | (parsed.GetValue(Login) ? Suspended.Login : 0);
        return what == Suspended.Nothing ? Suspended.Everything : what;
    }
}
