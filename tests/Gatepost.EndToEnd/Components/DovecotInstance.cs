using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real Dovecot that takes LMTP on a loopback port and on a Unix socket, and knows passwords, below a scratch folder.</summary>
public sealed class DovecotInstance : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private DovecotInstance() => Port = Loopback.FreePort();

    public int Port { get; }

    public string UnixSocket => scratch["run", "lmtp"];

    /// <summary>Where passwords are checked; ann's is <c>pencil</c>.</summary>
    public string AuthSocket => scratch["run", "auth-client"];

    public string Log => File.Exists(scratch["log"]) ? File.ReadAllText(scratch["log"]) : "(no log)";

    /// <summary>Starts it; every local part is a mailbox but those that begin with "nobody".</summary>
    public static async Task<DovecotInstance> StartAsync(CancellationToken cancel)
    {
        Component.Needs("dovecot", "/usr/lib/dovecot/lmtp");
        Component.NeedsRoot("Dovecot changes user");
        var dovecot = new DovecotInstance();
        try
        {
            dovecot.process = ChildProcess.Start("dovecot", ["-F", "-c", dovecot.WriteConfiguration()]);
            await Loopback.AnswersAsync(dovecot.Port, cancel: cancel);
            return dovecot;
        }
        catch
        {
            await dovecot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Files delivered to the mailbox so far.</summary>
    public string[] Delivered(string mailbox)
    {
        string folder = scratch["mail", mailbox, "Maildir", "new"];
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    public async ValueTask DisposeAsync()
    {
        var ending = Interlocked.Exchange(ref process, null);
        if (ending is not null)
        {
            // Its children run under other users and go only when the master tells them.
            ending.Signal("TERM");
            try
            {
                await ending.EndedAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            }
            catch (TimeoutException)
            {
                // Killed by then.
            }

            await ending.DisposeAsync();
        }

        scratch.Dispose();
    }

    private string WriteConfiguration()
    {
        scratch.MakeOpenFolder("mail");
        scratch.Write("users", "bob:::::::\nann:{PLAIN}pencil::::::\nfull:::::::\n");
        return scratch.Write("dovecot.conf", $$"""
            base_dir = {{scratch["run"]}}
            state_dir = {{scratch["run"]}}
            log_path = {{scratch["log"]}}
            protocols = lmtp
            ssl = no
            auth_mechanisms = plain
            mail_location = maildir:~/Maildir
            mail_uid = nobody
            mail_gid = nogroup
            first_valid_uid = 1
            first_valid_gid = 1
            lmtp_save_to_detail_mailbox = no
            auth_username_format = %n
            postmaster_address = postmaster@mailbox.test
            hostname = lmtp.mailbox.test
            passdb {
              driver = passwd-file
              args = username_format=%n {{scratch["users"]}}
            }
            userdb {
              driver = passwd-file
              args = username_format=%n {{scratch["users"]}}
              override_fields = uid=nobody gid=nogroup home={{scratch["mail"]}}/%n
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = {{Port}}
              }
              unix_listener lmtp {
                mode = 0666
              }
            }
            service auth {
              unix_listener auth-client {
                mode = 0666
              }
            }
            service stats {
              unix_listener stats-writer {
                mode = 0666
              }
            }

            """);
    }
}
