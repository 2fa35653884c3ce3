using System.Net;
using Gatepost.Replies;
using Gatepost.Web.Panel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StatusCodes = Microsoft.AspNetCore.Http.StatusCodes;

namespace Gatepost.Web.Panel;

/// <summary>What every request passes before a page is asked: its host name, the headers, who it is, and whether they may.</summary>
internal sealed class PanelGate(PanelSite site, IReadOnlyList<PanelRoute> routes)
{
    public const string LanguageCookie = "gatepost-language";

    /// <summary>No script or style in a page, nothing from elsewhere, no frame around us.</summary>
    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>
    /// A name without this prefix could be set by another host of the same domain (RFC 6265bis §4.1.3.2); it needs HTTPS.
    /// </summary>
    public static string SessionCookie(HttpRequest request) => request.IsHttps ? "__Host-gatepost" : "gatepost";

    public static CookieOptions CookieOptions(HttpRequest request) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };

    /// <summary>Headers, and the host name; before routing.</summary>
    public Task CheckHostAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-store";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (IsOurName(context.Request.Host.Host, context.Connection.LocalIpAddress))
            return next(context);
        // A page of another site whose name leads to our address would otherwise read ours (DNS rebinding).
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("There is no panel by that name: add it to panel-hosts in [http].\n", context.RequestAborted);
    }

    /// <summary>The end of every route.</summary>
    public async Task EnterAsync(HttpContext context, PanelRoute route)
    {
        var request = await RequestOfAsync(context);
        if ((route.Roles & request.Viewer.Role) == 0)
        {
            await RefuseAsync(request, route);
            return;
        }

        if (route.Method == HttpMethods.Post && !await ReadFormAsync(request, route))
            return;
        await route.AnswerAsync(request);
    }

    /// <summary>Who asks, in which language.</summary>
    public async Task<PanelRequest> RequestOfAsync(HttpContext context)
    {
        string? token = context.Request.Cookies[SessionCookie(context.Request)];
        var session = site.Sessions.Find(token);
        var viewer = session is null ? Viewer.Nobody : await site.Accounts.ViewerOfAsync(session, context.RequestAborted);
        if (viewer.Role == Role.Visitor)
            (session, token) = (null, null);
        return new PanelRequest(context, site, routes, viewer, session, token, LanguageOf(context.Request));
    }

    private static Task RefuseAsync(PanelRequest request, PanelRoute route)
    {
        if (request.Viewer.Role != Role.Visitor)
            return request.ProblemAsync(StatusCodes.Status403Forbidden, "panel.not-for-you");
        return route.Method == HttpMethods.Get
            ? request.SeeAsync("/sign-in")
            : request.ProblemAsync(StatusCodes.Status403Forbidden, "panel.signed-out");
    }

    /// <summary>Reads the form; false after an answer that says why it is not taken.</summary>
    private static async Task<bool> ReadFormAsync(PanelRequest request, PanelRoute route)
    {
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = route.MaxForm;
        if (IsFromElsewhere(request.Http.Request))
        {
            await request.ProblemAsync(StatusCodes.Status403Forbidden, "panel.foreign-form");
            return false;
        }

        try
        {
            await request.ReadFormAsync();
        }
        catch (Exception bad) when (bad is InvalidDataException or BadHttpRequestException or InvalidOperationException)
        {
            await request.ProblemAsync(StatusCodes.Status400BadRequest, "panel.form-unreadable");
            return false;
        }

        if (route.IsOpen || request.IsFromOurPage)
            return true;
        await request.ProblemAsync(StatusCodes.Status403Forbidden, "panel.foreign-form");
        return false;
    }

    /// <summary>
    /// What browsers say of a form that another site made (Fetch Metadata, RFC 6454 Origin); silence of either is no objection.
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        string origin = request.Headers.Origin.ToString();
        return site is "cross-site" or "same-site"
            || (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }

    private bool IsOurName(string host, IPAddress? listener)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return IPAddress.IsLoopback(address) || (listener is not null && Policy.Basics.Networks.Same(address, listener));
        return site.Options().Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>As chosen; else the first of the browser's that there are words in; else English.</summary>
    private Language LanguageOf(HttpRequest request)
    {
        var known = site.Catalogue();
        foreach (string? tag in request.Headers.AcceptLanguage.ToString().Split(',').Select(one => one.Split(';')[0].Trim())
            .Prepend(request.Cookies[LanguageCookie]).Take(20))
        {
            if (known.FindLanguage(tag) is { } language)
                return language;
        }

        return Language.English;
    }
}
