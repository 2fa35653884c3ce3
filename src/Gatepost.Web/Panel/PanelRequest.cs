using System.Diagnostics.CodeAnalysis;
using System.Net;
using Gatepost.Replies;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;
using Gatepost.Web.Panel.Tenants;
using Microsoft.AspNetCore.Http;
using StatusCodes = Microsoft.AspNetCore.Http.StatusCodes;

namespace Gatepost.Web.Panel;

/// <summary>One request, after it is known who asks and that they may.</summary>
public sealed class PanelRequest
{
    private readonly IReadOnlyList<PanelRoute> routes;
    private readonly string? token;
    private IFormCollection? form;

    internal PanelRequest(
        HttpContext http, PanelSite site, IReadOnlyList<PanelRoute> routes, Viewer viewer, PanelSession? session, string? token,
        Language language)
    {
        (Http, Site, this.routes, Viewer, Session, this.token) = (http, site, routes, viewer, session, token);
        Desk = site.Operations.For(viewer);
        Meanings = new ReplyExplainer(site.Catalogue(), language);
    }

    public HttpContext Http { get; }

    public PanelSite Site { get; }

    public Viewer Viewer { get; }

    /// <summary>What they may see and do.</summary>
    public TenantDesk Desk { get; }

    /// <summary>Null for visitors.</summary>
    public PanelSession? Session { get; }

    public ReplyExplainer Meanings { get; }

    public Texts Texts => Meanings.Texts;

    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>The client, as far as trusted proxies name it.</summary>
    public IPAddress Client => Http.Connection.RemoteIpAddress ?? IPAddress.None;

    /// <summary>A placeholder of the path.</summary>
    public string Value(string name) => Http.Request.RouteValues[name]?.ToString() ?? "";

    /// <summary>A value of the query; null where it is missing or empty.</summary>
    public string? Asked(string name) => Http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>A field of the form; empty where it is missing.</summary>
    public string Field(string name) => form?[name].ToString() ?? "";

    /// <summary>An uploaded file; null for none.</summary>
    internal IFormFile? File(string name) => form?.Files[name];

    internal async Task ReadFormAsync() => form = await Http.Request.ReadFormAsync(Cancel);

    /// <summary>Whether the form came from a page of this session.</summary>
    internal bool IsFromOurPage => token is not null && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.UTF8.GetBytes(PanelSessions.FormTokenOf(token)),
        System.Text.Encoding.UTF8.GetBytes(Field(PanelForm.FormTokenName)));

    internal async Task PageAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TPage, TModel>(
        TModel model, int status = StatusCodes.Status200OK)
        where TPage : PanelPage<TModel>
    {
        string html = await Site.Renderer.RenderAsync<TPage, TModel>(View(), model);
        Http.Response.StatusCode = status;
        Http.Response.ContentType = "text/html; charset=utf-8";
        await Http.Response.WriteAsync(html, Cancel);
    }

    /// <summary>A page with one sentence, for what cannot be shown.</summary>
    internal Task ProblemAsync(int status, string key) => PageAsync<MessagePage, string>(Texts.Say(key), status);

    internal Task NotFoundAsync() => ProblemAsync(StatusCodes.Status404NotFound, "panel.not-found");

    /// <summary>After a change: the page that shows it, with a sentence about what was done.</summary>
    internal Task SeeAsync(string path, string? notice = null)
    {
        if (notice is not null && Session is { } session)
            Site.Notify(session.Key, notice);
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location = path;
        return Task.CompletedTask;
    }

    /// <summary>Records a change.</summary>
    internal Task AuditAsync(string what, string subject, string before, string after) =>
        Site.Audit.AddAsync(Viewer.Name, Client.ToString(), what, subject, before, after);

    private PageView View()
    {
        string path = Http.Request.Path.Value ?? "/";
        return new PageView
        {
            Meanings = Meanings,
            Viewer = Viewer,
            FormToken = token is null ? null : PanelSessions.FormTokenOf(token),
            Path = path,
            Query = Http.Request.QueryString.Value ?? "",
            Languages = Site.Catalogue().Languages,
            Menu = [.. routes.Where(route => route.Menu is not null && (route.Roles & route.MenuFor & Viewer.Role) != 0)
                .Select(route => new MenuEntry(route.Pattern, Texts.Say(route.Menu!), IsPartOf(path, route.Pattern)))],
            Now = Site.Time.GetUtcNow(),
            Notice = Session is { } session ? Site.TakeNotice(session.Key) : null,
        };
    }

    private static bool IsPartOf(string path, string entry) =>
        path == entry || (entry != "/" && path.StartsWith(entry + "/", StringComparison.Ordinal));
}
