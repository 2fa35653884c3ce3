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

    private RspamdInstance() => (Http, Milter) = (Loopback.FreePort(), Loopback.FreePort());

    public int Http { get; }

    public int Milter { get; }

    public static async Task<RspamdInstance> StartAsync(CancellationToken cancel)
    {
        Component.Needs("rspamd");
        var rspamd = new RspamdInstance();
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
              filters = "";
              dns { nameserver = ["127.0.0.1:{{Loopback.FreePort()}}"]; timeout = 0.1s; retransmits = 1; }
              control_socket = "{{run}}/control mode=0600";
              hs_cache_dir = "{{run}}";
              cache_file = "{{run}}/symbols";
              dynamic_conf = "{{run}}/dynamic";
              url_tld = "/usr/share/rspamd/effective_tld_names.dat";
              tempdir = "{{run}}";
              gtube_patterns = "reject";
              explicit_modules = [];
            }
            logging { type = "console"; level = "notice"; }
            actions { reject = 15; add_header = 6; greylist = 4; }
            lua = "{{rules}}";
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
