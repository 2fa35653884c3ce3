using System.Net;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>
/// A real rspamd without redis and without DNS: its normal worker over HTTP, its proxy worker as a milter. It knows GTUBE, and takes
/// <c>X-Copies</c> for DCC's word that there are many.
/// </summary>
public sealed class RspamdInstance : IAsyncDisposable
{
    /// <summary>What every spam filter takes for spam (spamassassin.apache.org/gtube).</summary>
    public const string Gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private readonly RspamdDkim? dkim;

    private RspamdInstance(RspamdDkim? dkim) => (this.dkim, Http, Milter) = (dkim, Loopback.FreePort(), Loopback.FreePort());

    public int Http { get; }

    public int Milter { get; }

    /// <param name="dkim">Null for one that knows nothing of signatures.</param>
    public static async Task<RspamdInstance> StartAsync(CancellationToken cancel, RspamdDkim? dkim = null)
    {
        Component.Needs("rspamd");
        var rspamd = new RspamdInstance(dkim);
        try
        {
            // -i: as root as well, whose files in the scratch folder its own user could not write.
            rspamd.process = ChildProcess.Start("rspamd", ["-f", "-i", "-c", rspamd.WriteConfiguration()]);
            // It listens before its workers are there to answer.
            await Eventually.TrueAsync(rspamd.AnswersAsync, () => rspamd.process.Said, cancel);
            return rspamd;
        }
        catch
        {
            await rspamd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its judgement of a message, as JSON.</summary>
    public async Task<string> CheckAsync(byte[] message, CancellationToken cancel, string client = "127.0.0.1", string? sender = null)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(message);
        content.Headers.Add("IP", client);
        if (sender is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation("From", sender);
        var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{Http}/checkv2"), content, cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return (await http.GetStringAsync(new Uri($"http://127.0.0.1:{Http}/ping"))).StartsWith("pong", StringComparison.Ordinal);
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private string WriteConfiguration()
    {
        string run = scratch.MakeOpenFolder("run");
        string rules = scratch.Write("rules.lua", """
            rspamd_config:register_symbol({
              name = 'DCC_BULK', score = 20.0, group = 'bulk',
              callback = function(task) return task:get_header('X-Copies') ~= nil end
            })

            """);
        return scratch.Write("rspamd.conf", $$"""
            options {
              pidfile = "{{run}}/pid";
              filters = "{{(dkim is null ? "" : "dkim")}}";
              dns { nameserver = ["127.0.0.1:{{dkim?.Dns.Port ?? Loopback.FreePort()}}"]; timeout = {{(dkim is null ? "0.1s" : "2s")}}; retransmits = 1; }
              control_socket = "{{run}}/control mode=0600";
              hs_cache_dir = "{{run}}";
              cache_file = "{{run}}/symbols";
              dynamic_conf = "{{run}}/dynamic";
              url_tld = "/usr/share/rspamd/effective_tld_names.dat";
              tempdir = "{{run}}";
              gtube_patterns = "reject";
              explicit_modules = [{{(dkim is null ? "" : "\"dkim\"")}}];
            }
            logging { type = "console"; level = "notice"; }
            actions { reject = 15; add_header = 6; greylist = 4; }
            lua = "{{rules}}";
            {{dkim?.Sections}}
            worker "normal" { bind_socket = "127.0.0.1:{{Http}}"; count = 1; }
            worker "rspamd_proxy" {
              bind_socket = "127.0.0.1:{{Milter}}";
              count = 1;
              milter = yes;
              timeout = 20s;
              upstream "local" { default = yes; self_scan = yes; }
            }

            """);
    }
}

/// <summary>What an rspamd that verifies DKIM needs; one that has a key signs as well.</summary>
/// <param name="Dns">On loopback.</param>
/// <param name="Domain">Whose mail it signs.</param>
/// <param name="Selector">Of the key.</param>
/// <param name="KeyFile">PEM that its user may read.</param>
public sealed record RspamdDkim(IPEndPoint Dns, string? Domain = null, string? Selector = null, string? KeyFile = null)
{
    /// <summary>Whether it checks SPF, ARC and DMARC as well.</summary>
    public bool ChecksAll { get; init; }

    public string Sections => "dkim { check_local = true; check_authed = true; trusted_only = false; }\n" + (ChecksAll ? """
        spf { check_local = true; check_authed = true; }
        arc { check_local = true; check_authed = true; }
        dmarc { check_local = true; check_authed = true; }
        modules { path = "/usr/share/rspamd/plugins/spf.lua"; path = "/usr/share/rspamd/plugins/arc.lua"; path = "/usr/share/rspamd/plugins/dmarc.lua"; }

        """ : "") + (Domain is null ? "" : $$"""
        modules { path = "/usr/share/rspamd/plugins/dkim_signing.lua"; }
        dkim_signing {
          sign_local = true; sign_authenticated = true; sign_networks = ["127.0.0.1/32"];
          allow_username_mismatch = true; use_domain = "header"; check_pubkey = false;
          domain { {{Domain}} { selector = "{{Selector}}"; path = "{{KeyFile}}"; } }
        }
        """);
}
