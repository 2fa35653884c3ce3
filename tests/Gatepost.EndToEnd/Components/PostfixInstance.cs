using System.Globalization;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real Postfix on a loopback port, everything of it below a scratch folder.</summary>
public sealed class PostfixInstance : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();

    private PostfixInstance() => Port = Loopback.FreePort();

    public int Port { get; }

    /// <summary>Mail for <c>NAME@partner.test</c> lands in <c>MailFolder/NAME/</c>.</summary>
    public string MailFolder => scratch["mail"];

    public string Log => File.Exists(scratch["maillog"]) ? File.ReadAllText(scratch["maillog"]) : "(no log)";

    private string ConfigFolder => scratch["etc"];

    /// <summary>
    /// Starts it for the domain partner.test with the mailboxes bob and büro; <paramref name="settings"/> are further lines of main.cf.
    /// </summary>
    public static async Task<PostfixInstance> StartAsync(CancellationToken cancel, string settings = "")
    {
        Component.Needs("postfix");
        Component.NeedsRoot("Postfix changes user");
        var postfix = new PostfixInstance();
        try
        {
            postfix.WriteConfiguration(settings);
            var started = await ChildProcess.RunAsync("postfix", ["-c", postfix.ConfigFolder, "start"], cancel);
            Xunit.Assert.True(started.ExitCode == 0, started + postfix.Log);
            await Loopback.AnswersAsync(postfix.Port, cancel: cancel);
            return postfix;
        }
        catch
        {
            await postfix.DisposeAsync();
            throw;
        }
    }

    /// <summary>Files delivered to the mailbox so far.</summary>
    public string[] Delivered(string mailbox)
    {
        string folder = Path.Combine(MailFolder, mailbox, "new");
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    /// <summary>Tries everything in its queue now.</summary>
    public Task FlushAsync(CancellationToken cancel) => ChildProcess.RunAsync("postqueue", ["-c", ConfigFolder, "-f"], cancel);

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(scratch["queue", "pid"]))
            await ChildProcess.RunAsync("postfix", ["-c", ConfigFolder, "stop"], CancellationToken.None);
        scratch.Dispose();
    }

    private void WriteConfiguration(string settings)
    {
        Directory.CreateDirectory(scratch["queue"]);
        scratch.MakeOpenFolder("mail");
        var tls = Certificates.Make(scratch, "mx.partner.test");
        // Postfix's own user owns data_directory.
        string data = Directory.CreateDirectory(scratch["data"]).FullName;
        ChildProcess.RunAsync("chown", ["postfix", data], CancellationToken.None).GetAwaiter().GetResult();

        scratch.Write("etc/main.cf", string.Create(CultureInfo.InvariantCulture, $$"""
            compatibility_level = 3.6
            myhostname = mx.partner.test
            mydestination =
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            queue_directory = {{scratch["queue"]}}
            data_directory = {{data}}
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = {{scratch["maillog"]}}
            maillog_file_prefixes = /
            alias_maps =
            alias_database =
            smtputf8_enable = yes
            message_size_limit = 60000000
            mailbox_size_limit = 0
            virtual_mailbox_limit = 0
            virtual_mailbox_domains = partner.test
            virtual_mailbox_base = {{scratch["mail"]}}
            virtual_mailbox_maps = inline:{ {bob@partner.test = bob/}, {büro@partner.test = buero/} }
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 100
            smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {{tls.ChainFile}}
            smtpd_tls_received_header = yes
            smtpd_tls_key_file = {{tls.KeyFile}}
            smtp_tls_security_level = may
            smtp_host_lookup = native
            disable_dns_lookups = yes
            smtpd_client_connection_count_limit = 0
            smtpd_client_connection_rate_limit = 0
            minimal_backoff_time = 5s
            maximal_backoff_time = 10s
            {{settings}}

            """));
        scratch.Write("etc/master.cf", string.Create(CultureInfo.InvariantCulture, $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            pickup    unix n - n 60 1 pickup
            cleanup   unix n - n - 0 cleanup
            qmgr      unix n - n 300 1 qmgr
            tlsmgr    unix - - n 1000? 1 tlsmgr
            rewrite   unix - - n - - trivial-rewrite
            bounce    unix - - n - 0 bounce
            defer     unix - - n - 0 bounce
            trace     unix - - n - 0 bounce
            verify    unix - - n - 1 verify
            flush     unix n - n 1000? 0 flush
            proxymap  unix - - n - - proxymap
            proxywrite unix - - n - 1 proxymap
            smtp      unix - - n - - smtp
            relay     unix - - n - - smtp
            showq     unix n - n - - showq
            error     unix - - n - - error
            retry     unix - - n - - error
            discard   unix - - n - - discard
            virtual   unix - n n - - virtual
            lmtp      unix - - n - - lmtp
            anvil     unix - - n - 1 anvil
            scache    unix - - n - 1 scache
            postlog   unix-dgram n - n - 1 postlogd

            """));
    }
}
