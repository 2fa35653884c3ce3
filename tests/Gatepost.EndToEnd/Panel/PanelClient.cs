using System.Net;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Panel;

/// <summary>A person at the panel: keeps cookies, follows no redirect by itself, sends forms with the token of the page before.</summary>
internal sealed partial class PanelClient : IDisposable
{
    private readonly HttpClient http;
    private readonly CookieContainer cookies = new();

    public PanelClient(int port) => http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
    };

    /// <summary>What the last page's forms carry; empty for none.</summary>
    public string FormToken { get; set; } = "";

    public IReadOnlyList<Cookie> Cookies => [.. cookies.GetAllCookies().Cast<Cookie>()];

    /// <summary>Signs in as an operator by the link that <c>gatepost panel-link</c> prints.</summary>
    public static async Task<PanelClient> OperatorAsync(GatepostServer server, int port, CancellationToken cancel)
    {
        string link = (await server.RunAsync(cancel, "panel-link")).Output.Trim();
        var client = new PanelClient(port);
        await client.PostAsync(new Uri(link).PathAndQuery, cancel);
        await client.GetAsync("/sign-in", cancel);
        return client;
    }

    /// <summary>Signs in by an account's password.</summary>
    public static async Task<PanelClient> OfAsync(string account, string password, int port, CancellationToken cancel)
    {
        var client = new PanelClient(port);
        await client.PostAsync("/sign-in", cancel, ("account", account), ("password", password));
        await client.GetAsync("/sign-in", cancel);
        return client;
    }

    public Task<PanelPage> GetAsync(string path, CancellationToken cancel, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers, cancel);

    public Task<PanelPage> PostAsync(string path, CancellationToken cancel, params (string Name, string Value)[] fields) =>
        PostFromAsync(path, [], cancel, fields);

    public Task<PanelPage> PostFromAsync(
        string path, (string Name, string Value)[] headers, CancellationToken cancel, params (string Name, string Value)[] fields)
    {
        var form = fields.Append(("form-token", FormToken)).Select(field => KeyValuePair.Create(field.Item1, field.Item2));
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) }, headers, cancel);
    }

    public void Dispose() => http.Dispose();

    private async Task<PanelPage> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers, CancellationToken cancel)
    {
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, cancel);
        string html = await answer.Content.ReadAsStringAsync(cancel);
        if (Token().Match(html) is { Success: true } token)
            FormToken = token.Groups[1].Value;
        return new PanelPage(
            answer.StatusCode, answer.Headers.Location?.ToString(),
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
                html);
    }

    [GeneratedRegex("name=\"form-token\" value=\"([0-9A-F]+)\"")]
    private static partial Regex Token();
}

/// <summary>What the panel answered.</summary>
internal sealed partial record PanelPage(
    HttpStatusCode Status, string? Location, IReadOnlyDictionary<string, string> Headers, string Html)
{
    /// <summary>As a person reads it: without markup.</summary>
    public string Text => WebUtility.HtmlDecode(Markup().Replace(Html, " "));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();
}
