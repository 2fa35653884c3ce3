using Gatepost.Replies;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;
using StatusCodes = Microsoft.AspNetCore.Http.StatusCodes;

namespace Gatepost.Web.Panel;

/// <summary>In, out, and the language.</summary>
internal static class SignInPages
{
    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/sign-in", Role.Everyone, request => request.PageAsync<SignInPage, SignInModel>(new SignInModel("", null, null))),
        new("POST", "/sign-in", Role.Everyone, SignInAsync) { IsOpen = true },
        new("GET", "/sign-in/link/{token}", Role.Everyone, ShowLinkAsync),
        new("POST", "/sign-in/link/{token}", Role.Everyone, UseLinkAsync) { IsOpen = true },
        new("POST", "/sign-out", Role.SignedIn, SignOutAsync),
        new("GET", "/language/{code}", Role.Everyone, ChooseLanguageAsync),
    ];

    private static async Task SignInAsync(PanelRequest request)
    {
        string typed = request.Field("account");
        var (account, refusal) = await request.Site.Accounts.SignInAsync(
            typed, request.Field("password"), request.Client, request.Cancel);
        if (account is not null)
        {
            await BeginAsync(request, account);
            return;
        }

        string problem = request.Texts.Say(
            refusal?.Entry == SubmissionReplies.TooManyGuesses ? "panel.too-many-guesses"
            : refusal?.Entry == SubmissionReplies.AuthenticationServiceAway ? "panel.no-password-service"
            : "panel.wrong-password");
        await request.PageAsync<SignInPage, SignInModel>(new SignInModel(typed, problem, null), StatusCodes.Status401Unauthorized);
    }

    private static Task ShowLinkAsync(PanelRequest request)
    {
        string token = request.Value("token");
        return request.Site.Links.IsGood(token)
            ? request.PageAsync<SignInPage, SignInModel>(new SignInModel("", null, token))
            : DeadLinkAsync(request);
    }

    private static Task UseLinkAsync(PanelRequest request) =>
        request.Site.Links.Use(request.Value("token")) ? BeginAsync(request, PanelSessions.ByLink) : DeadLinkAsync(request);

    private static Task DeadLinkAsync(PanelRequest request) => request.PageAsync<SignInPage, SignInModel>(
        new SignInModel("", request.Texts.Say("panel.link-used"), null), StatusCodes.Status404NotFound);

    private static async Task BeginAsync(PanelRequest request, string account)
    {
        // A session that was there before is not taken over: its cookie may have been set by someone who knows it.
        if (request.Session is { } before)
            await request.Site.Sessions.EndAsync(before.Key);
        string token = await request.Site.Sessions.BeginAsync(
            account, request.Client, await request.Site.Accounts.ProofOfAsync(account, request.Cancel));
        await request.Site.Audit.AddAsync(account, request.Client.ToString(), "sign-in", account, "", "");
        request.Http.Response.Cookies.Append(
            PanelGate.SessionCookie(request.Http.Request), token, PanelGate.CookieOptions(request.Http.Request));
        await request.SeeAsync("/");
    }

    private static async Task SignOutAsync(PanelRequest request)
    {
        if (request.Session is { } session)
            await request.Site.Sessions.EndAsync(session.Key);
        await request.AuditAsync("sign-out", request.Viewer.Name, "", "");
        request.Http.Response.Cookies.Delete(
            PanelGate.SessionCookie(request.Http.Request), PanelGate.CookieOptions(request.Http.Request));
        await request.SeeAsync("/sign-in");
    }

    private static Task ChooseLanguageAsync(PanelRequest request)
    {
        if (request.Site.Catalogue().FindLanguage(request.Value("code")) is { } language)
        {
            var cookie = PanelGate.CookieOptions(request.Http.Request);
            cookie.MaxAge = TimeSpan.FromDays(400);
            request.Http.Response.Cookies.Append(PanelGate.LanguageCookie, language.Code, cookie);
        }

        // Only a path of ours: "//host" and "/\host" would lead elsewhere.
        string back = request.Asked("back") ?? "/";
        bool isOurs = back is ['/'] or ['/', not ('/' or '\\'), ..] && !back.Any(char.IsControl);
        return request.SeeAsync(isOurs ? Uri.EscapeDataString(back).Replace("%2F", "/", StringComparison.Ordinal)
            .Replace("%3F", "?", StringComparison.Ordinal).Replace("%3D", "=", StringComparison.Ordinal)
            .Replace("%26", "&", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal) : "/");
    }
}
