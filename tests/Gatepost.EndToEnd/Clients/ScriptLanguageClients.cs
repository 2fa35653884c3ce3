using System.Text.Json;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Clients;

/// <summary>smtplib of Python's standard library.</summary>
public sealed class PythonSmtplib : IForeignClient
{
    private const string Script = """
        import json, smtplib, ssl, sys
        order = json.load(open(sys.argv[1], encoding="utf-8"))
        message = open(order["file"], "rb").read()
        tls = ssl.create_default_context(cafile=order["ca"])
        if order["protection"] == "Implicit":
            server = smtplib.SMTP_SSL("localhost", order["port"], "client.test", context=tls, source_address=("127.0.0.1", 0))
        else:
            server = smtplib.SMTP("localhost", order["port"], "client.test", source_address=("127.0.0.1", 0))
        with server:
            if order["protection"] == "StartTls":
                server.starttls(context=tls)
            options = ["BODY=8BITMIME"] + (["SMTPUTF8"] if order["utf8"] else [])
            server.ehlo_or_helo_if_needed()
            refused = server.sendmail(order["from"], order["to"], message, options)
            if refused:
                sys.exit("refused: %r" % refused)
        """;

    public bool SpeaksUtf8 => true;

    public void Need() => Component.Needs("python3");

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        ClientRefusedException.ThrowUnlessDone(
            await ChildProcess.RunAsync("python3", ["-c", Script, Order.Write(letter, scratch)], cancel));
        return null;
    }
}

/// <summary>nodemailer, what Node.js applications use.</summary>
public sealed class Nodemailer : IForeignClient
{
    private const string Script = """
        const fs = require('fs');
        const order = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const transport = require('nodemailer').createTransport({
          host: 'localhost', port: order.port, name: 'client.test', family: 4,
          secure: order.protection === 'Implicit', requireTLS: order.protection === 'StartTls', ignoreTLS: order.protection === 'None',
          tls: { ca: fs.readFileSync(order.ca) },
        });
        transport.sendMail({ envelope: { from: order.from, to: order.to }, raw: fs.readFileSync(order.file) })
          .then(info => { if (info.rejected.length) throw new Error('refused: ' + info.rejected); })
          .catch(error => { console.error(error.message); process.exitCode = 1; });
        """;

    public bool SpeaksUtf8 => true;

    public void Need() => Component.NeedsNodePackage("nodemailer");

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        var environment = new Dictionary<string, string> { ["NODE_PATH"] = Component.NodeModules };
        string script = scratch.Write($"send-{Guid.NewGuid():N}.js", Script);
        ClientRefusedException.ThrowUnlessDone(
            await ChildProcess.RunAsync("node", [script, Order.Write(letter, scratch)], cancel, environment: environment));
        return null;
    }
}

/// <summary>A letter as a file that any language reads.</summary>
internal static class Order
{
    public static string Write(Letter letter, ScratchFolder scratch)
    {
        string name = $"order-{Guid.NewGuid():N}";
        string message = scratch.Write(name + ".eml", letter.Octets);
        return scratch.Write(name + ".json", JsonSerializer.Serialize(new
        {
            port = letter.Port,
            protection = letter.Protection.ToString(),
            from = letter.From,
            to = letter.Recipients,
            file = message,
            ca = letter.Tls.ChainFile,
            utf8 = letter.NeedsUtf8,
        }));
    }
}
