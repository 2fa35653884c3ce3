using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Web.Panel.Access;

/// <summary>Accounts of the directory at the panel's door: the same passwords, limits on guessing and suspensions as for mail.</summary>
/// <param name="logins">Shared with the listeners, and so its throttle.</param>
/// <param name="directory">The one in force.</param>
/// <param name="options">Those in force.</param>
public sealed class PanelAccounts(
    Authenticator logins, Func<IDirectory> directory, Func<PanelOptions> options, IJournal journal, TimeProvider time)
{
    /// <summary>Checks a password.</summary>
    /// <returns>The account's address, or why not: the person is told no more than a client of SMTP.</returns>
    public async ValueTask<(string? Account, Reply? Refusal)> SignInAsync(
        string user, string password, IPAddress client, CancellationToken cancel)
    {
        var login = await logins.CheckAsync(user, Encoding.UTF8.GetBytes(password), client, cancel);
        Record(login, client);
        if (login.User is not { } account)
            return (null, login.Reply);
        return await IsUsableAsync(account, cancel) ? (account, null) : (null, SubmissionReplies.WrongPassword.Say());
    }

    /// <summary>Who a session's owner is now: roles and accounts may have changed since it began.</summary>
    public async ValueTask<Viewer> ViewerOfAsync(PanelSession session, CancellationToken cancel)
    {
        if (session.Account == PanelSessions.ByLink)
            return new Viewer(Role.Operator, PanelSessions.ByLink);
        return await ProofOfAsync(session.Account, cancel) == session.Proof && await IsUsableAsync(session.Account, cancel)
            ? new Viewer(RoleOf(session.Account), session.Account) : Viewer.Nobody;
    }

    /// <summary>Identifies the password that the directory has now.</summary>
    public async ValueTask<string> ProofOfAsync(string account, CancellationToken cancel) =>
        Mailbox.TryParse(account, out var address)
        && (await directory().FindAccountAsync(AddressKey.Of(address), cancel))?.Password is { } stored
            ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(stored)))[..32] : "";

    private Role RoleOf(string account)
    {
        var current = options();
        return Has(current.Operators) ? Role.Operator
            : Has(current.Support) ? Role.Support
            : Has(current.Administrators) ? Role.Administrator
            : Role.User;

        bool Has(IReadOnlyList<string> accounts) => accounts.Contains(account, StringComparer.OrdinalIgnoreCase);
    }

    private async ValueTask<bool> IsUsableAsync(string account, CancellationToken cancel) =>
        Mailbox.TryParse(account, out var address)
        && await directory().FindAccountAsync(AddressKey.Of(address), cancel) is not null
        && await Suspensions.FindAsync(directory(), address, Suspended.Login, time.GetUtcNow(), cancel) is null;

    /// <summary>So that it is found like a log-in over SMTP: by account, by address, by rule.</summary>
    private void Record(Authentication login, IPAddress client) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Verdict,
        At = time.GetUtcNow(),
        Session = "P-" + RandomNumberGenerator.GetHexString(14),
        Peer = client,
        Stage = Stage.Authenticate,
        Reply = login.Reply,
        Login = login.User ?? login.Facts?.FirstOrDefault(fact => fact.Is(OurFacts.Account))?.Text,
        Rule = "login",
        Detail = login.Why,
        Facts = login.Facts ?? [],
    });
}
