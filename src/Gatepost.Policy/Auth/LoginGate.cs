using System.Net;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>The way every mechanism takes to an outcome: throttle, check, note.</summary>
internal sealed class LoginGate(ILogins logins, LoginThrottle throttle)
{
    /// <summary>Longest password taken, in octets of UTF-8.</summary>
    public const int MaxPassword = 1_024;

    public ILogins Logins => logins;

    /// <summary>For PLAIN and LOGIN.</summary>
    public async ValueTask<Authentication> CheckAsync(
        string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel)
    {
        if (await RefuseGuessingAsync(user, client, cancel) is { } closed)
            return closed;
        if (user.Length == 0 || password.Length is 0 or > MaxPassword)
            return await WrongAsync(user, client, cancel);

        var login = await logins.CheckAsync(user, password, client, cancel);
        return login.Outcome switch
        {
            LoginOutcome.Right => Right(user, login.User!, client),
            LoginOutcome.Unavailable =>
                new Authentication(null, SubmissionReplies.AuthenticationServiceAway.Say(), OurEvidence.PasswordServiceSilent.Say(),
                    [.. await TriedAsync(user, cancel), OurFacts.WouldPass.Is(OurEvidence.PassAnswer.Say())]),
            _ => await WrongAsync(user, client, cancel),
        };
    }

    /// <returns>The refusal, or null if trying is allowed.</returns>
    public async ValueTask<Authentication?> RefuseGuessingAsync(string user, IPAddress client, CancellationToken cancel) =>
        await throttle.ClosedUntilAsync(user, client, cancel) is { } until
            ? new Authentication(
                null,
                SubmissionReplies.TooManyGuesses.Say(("until", $"{until:HH:mm:ss} UTC")),
                OurEvidence.TooManyGuesses.Say(),
                [.. await TriedAsync(user, cancel), .. await throttle.SeenAsync(user, client, cancel),
                    OurFacts.WouldPass.Is(OurEvidence.PassAfter.Say(until))])
            : null;

    public Authentication Right(string said, string user, IPAddress client)
    {
        throttle.NoteSuccess(said, client);
        return new Authentication(user, null, OurEvidence.LoggedIn.Say(user));
    }

    public async ValueTask<Authentication> WrongAsync(string user, IPAddress client, CancellationToken cancel)
    {
        await throttle.NoteFailureAsync(user, client, cancel);
        return new Authentication(
            null,
            SubmissionReplies.WrongPassword.Say(),
            OurEvidence.WrongPassword.Say(),
            [.. await TriedAsync(user, cancel), .. await throttle.SeenAsync(user, client, cancel),
                OurFacts.WouldPass.Is(OurEvidence.PassPassword.Say())]);
    }

    /// <summary>
    /// What the administrator who is asked "why can Bob not log in?" looks for: which account, and whether there is one. The record has it,
    /// the wire does not. A name that is no address of ours may be a password in the wrong place, so it is not kept.
    /// </summary>
    private async ValueTask<IReadOnlyList<Fact>> TriedAsync(string user, CancellationToken cancel)
    {
        if (user.Length == 0)
            return [];
        var facts = new List<Fact>(2);
        bool? exists = await logins.ExistsAsync(user, cancel);
        if (exists == true || Mailbox.TryParse(user, out _))
            facts.Add(OurFacts.Account.Is(user));
        if (exists is { } known)
            facts.Add(OurFacts.AccountExists.Is(known ? OurEvidence.AccountIsKnown.Say() : OurEvidence.AccountIsUnknown.Say()));
        return facts;
    }

    /// <summary>A user name off the wire: UTF-8 without control characters, 1 to 254 octets; empty if it is not.</summary>
    public static string ReadUser(ReadOnlySpan<byte> octets)
    {
        if (octets.Length is 0 or > Mailbox.MaxLength || !System.Text.Unicode.Utf8.IsValid(octets))
            return "";
        string user = Encoding.UTF8.GetString(octets);
        return user.Any(char.IsControl) ? "" : user;
    }
}
