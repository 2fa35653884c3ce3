using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Gatepost.Tests.Acme;

/// <summary>An authority in memory: checks signatures, nonces and requests, and fails when a test asks it to.</summary>
internal sealed class FakeAuthority(TimeProvider time) : HttpMessageHandler
{
    public const string Directory = "https://acme.example/dir";

    private readonly ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, byte> nonces = new();
    private readonly Dictionary<string, ECDsa> accounts = [];
    private readonly Dictionary<string, Order> orders = [];
    private int count;

    /// <summary>Requests with their bodies as signed, oldest first.</summary>
    public List<(string Path, string Payload)> Requests { get; } = [];

    /// <summary>What is answered instead, by path; used up.</summary>
    public Dictionary<string, Queue<Func<HttpResponseMessage>>> Instead { get; } = [];

    /// <summary>The problem of challenges for a name; null for success.</summary>
    public Func<string, string?> ProblemOf { get; set; } = _ => null;

    /// <summary>What a challenge must find; the test wires the responder to it.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    public TimeSpan Life { get; set; } = TimeSpan.FromDays(90);

    public int Accounts => accounts.Count;

    /// <summary>Certificates issued, each with its names.</summary>
    public List<string[]> Issued { get; } = [];

    /// <summary>The window that is suggested for the first renewal; null to offer no such page.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? Window { get; set; }

    public void ForgetAccounts() => accounts.Clear();

    public static HttpResponseMessage Problem(string kind, string detail, int status = 403) => new((HttpStatusCode)status)
    {
        Content = new StringContent(
            JsonSerializer.Serialize(new { type = "urn:ietf:params:acme:error:" + kind, detail }), Encoding.UTF8,
            "application/problem+json"),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        var answer = await AnswerAsync(request, path);
        string nonce = $"n{Interlocked.Increment(ref count)}";
        nonces[nonce] = 0;
        answer.Headers.Add("Replay-Nonce", nonce);
        return answer;
    }

    protected override void Dispose(bool disposing)
    {
        // One authority outlives many connections.
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, string path)
    {
        if (Instead.TryGetValue(path, out var queue) && queue.TryDequeue(out var instead))
            return instead();
        if (request.Method == HttpMethod.Head)
            return new(HttpStatusCode.OK);
        if (request.Method == HttpMethod.Get)
            return path == "/dir" ? Json(Listing()) : path.StartsWith("/ari/", StringComparison.Ordinal) ? Json(Suggested())
                : new(HttpStatusCode.NotFound);
        return Post(path, await request.Content!.ReadAsByteArrayAsync());
    }

    private Dictionary<string, object> Listing()
    {
        var listing = new Dictionary<string, object>
        {
            ["newNonce"] = "https://acme.example/nonce",
            ["newAccount"] = "https://acme.example/account",
            ["newOrder"] = "https://acme.example/order",
            ["meta"] = new { termsOfService = "https://acme.example/terms" },
        };
        if (Window is not null)
            listing["renewalInfo"] = "https://acme.example/ari";
        return listing;
    }

    /// <summary>The first certificate alone is to be renewed early.</summary>
    private object Suggested()
    {
        var late = TimeSpan.FromDays(Issued.Count == 1 ? 0 : 1000);
        return new { suggestedWindow = new { start = Window!.Value.Start + late, end = Window.Value.End + late } };
    }

    private HttpResponseMessage Post(string path, byte[] body)
    {
        using var jws = JsonDocument.Parse(body);
        string text(string member) => jws.RootElement.GetProperty(member).GetString()!;
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(text("protected")));
        string payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text("payload")));
        if (!nonces.TryRemove(header.RootElement.GetProperty("nonce").GetString()!, out _))
            return Problem("badNonce", "used before", 400);
        if (header.RootElement.GetProperty("url").GetString() != "https://acme.example" + path)
            return Problem("unauthorized", "the signed url is another one");
        ECDsa? key;
        if (header.RootElement.TryGetProperty("kid", out var kid))
        {
            if (!accounts.TryGetValue(kid.GetString()!, out key))
                return Problem("accountDoesNotExist", "who is that?", 400);
        }
        else
        {
            key = Key(header.RootElement.GetProperty("jwk"));
        }

        byte[] signed = Encoding.ASCII.GetBytes($"{text("protected")}.{text("payload")}");
        if (!key.VerifyData(signed, Base64Url.DecodeFromChars(text("signature")), HashAlgorithmName.SHA256))
            return Problem("malformed", "the signature is wrong", 400);
        Requests.Add((path, payload));
        return Serve(path, payload, key);
    }

    private HttpResponseMessage Serve(string path, string payload, ECDsa key)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts[0])
        {
            case "account":
                string known = accounts.FirstOrDefault(
                    one => one.Value.ExportSubjectPublicKeyInfo().SequenceEqual(key.ExportSubjectPublicKeyInfo())).Key;
                string account =
                    known ?? $"https://acme.example/acct/{Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..8]}";
                accounts[account] = key;
                return Json(new { status = "valid" }, known is null ? HttpStatusCode.Created : HttpStatusCode.OK, account);
            case "order" when parts.Length == 1:
                using (var wanted = JsonDocument.Parse(payload))
                {
                    var order = new Order([.. wanted.RootElement.GetProperty("identifiers").EnumerateArray()
                        .Select(one => one.GetProperty("value").GetString()!)]);
                    orders[$"{orders.Count}"] = order;
                    return Json(
                        Shown(order, $"{orders.Count - 1}"), HttpStatusCode.Created, $"https://acme.example/order/{orders.Count - 1}");
                }

            case "order":
                return Json(Shown(orders[parts[1]], parts[1]));
            case "authz":
                return Json(Authorization(orders[parts[1]], parts[1], parts[2]));
            case "challenge":
                var asked = orders[parts[1]];
                asked.Shown[parts[2]] = ProblemOf(parts[2]) ?? (Answer(Token(parts[2])) is { } found
                    && found == $"{Token(parts[2])}.{Thumbprint(key)}" ? "" : "incorrectResponse");
                return Json(new { status = "processing" });
            case "finalize":
                return Finalize(orders[parts[1]], parts[1], payload);
            case "certificate":
                return new(HttpStatusCode.OK)
                {
                    Content = new StringContent(orders[parts[1]].Chain!, Encoding.ASCII, "application/pem-certificate-chain"),
                };
            default:
                return new(HttpStatusCode.NotFound);
        }
    }

    private HttpResponseMessage Finalize(Order order, string id, string payload)
    {
        using var wanted = JsonDocument.Parse(payload);
        var request = CertificateRequest.LoadSigningRequest(
            Base64Url.DecodeFromChars(wanted.RootElement.GetProperty("csr").GetString()!), HashAlgorithmName.SHA256,
            CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var names = request.CertificateExtensions.Select(one => one.Oid?.Value == "2.5.29.17"
            ? new X509SubjectAlternativeNameExtension(one.RawData) : null).OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(one => one.EnumerateDnsNames()).ToArray();
        if (!names.Order().SequenceEqual(order.Names.Order()))
            return Problem("badCSR", "it has other names");
        var now = time.GetUtcNow();
        byte[] serial = [1, .. BitConverter.GetBytes(Issued.Count)];
        using var issuer = new CertificateRequest("CN=Fake", root, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddYears(-1), now.AddYears(9));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([7, 7, 7]));
        using var made = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(root), now, now + Life, serial);
        order.Chain = made.ExportCertificatePem() + "\n" + issuer.ExportCertificatePem() + "\n";
        Issued.Add(names);
        return Json(Shown(order, id));
    }

    private static object Shown(Order order, string id) => new
    {
        status = order.Chain is not null ? "valid" : order.Shown.Values.Any(problem => problem.Length > 0) ? "invalid"
            : order.Shown.Count == order.Names.Length ? "ready" : "pending",
        authorizations = order.Names.Select(name => $"https://acme.example/authz/{id}/{name}"),
        finalize = $"https://acme.example/finalize/{id}",
        certificate = order.Chain is null ? null : $"https://acme.example/certificate/{id}",
    };

    private static object Authorization(Order order, string id, string name)
    {
        string? problem = order.Shown.GetValueOrDefault(name);
        string status = problem is null ? "pending" : problem.Length == 0 ? "valid" : "invalid";
        return new
        {
            status,
            identifier = new { type = "dns", value = name },
            challenges = new[]
            {
                new
                {
                    type = "http-01",
                    url = $"https://acme.example/challenge/{id}/{name}",
                    token = Token(name),
                    status,
                    error = problem is { Length: > 0 } ? new { type = "urn:ietf:params:acme:error:" + problem, detail = "it is so" } : null,
                },
            },
        };
    }

    private static string Token(string name) => "token-" + name.Replace('.', '-');

    private static string Thumbprint(ECDsa key)
    {
        var q = key.ExportParameters(false).Q;
        string jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(q.X)}}","y":"{{Base64Url.EncodeToString(q.Y)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }

    private static ECDsa Key(JsonElement jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()!),
            Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()!),
        },
    });

    private static HttpResponseMessage Json(object value, HttpStatusCode status = HttpStatusCode.OK, string? location = null)
    {
        var answer = new HttpResponseMessage(status)
        {
            Content = new StringContent(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json"),
        };
        if (location is not null)
            answer.Headers.Location = new Uri(location);
        return answer;
    }

    private sealed record Order(string[] Names)
    {
        /// <summary>By name: empty for shown, else the problem.</summary>
        public Dictionary<string, string> Shown { get; } = [];

        public string? Chain { get; set; }
    }
}
