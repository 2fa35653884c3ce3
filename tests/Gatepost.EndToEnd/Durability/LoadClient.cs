using System.Net.Sockets;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Durability;

/// <summary>Sends message after message in one session and writes down what became of each.</summary>
public sealed class LoadClient(Ledger ledger, int port)
{
    /// <summary>Until cancelled or the server is gone. Never throws for what the server does.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && await RunSessionAsync(cancel))
        {
        }
    }

    /// <summary>One connection; a server that refuses a lot closes it in the end.</summary>
    /// <returns>False if nobody listens any more.</returns>
    private async Task<bool> RunSessionAsync(CancellationToken cancel)
    {
        try
        {
            await using var client = await SmtpSocket.ConnectAsync(port, cancel);
            await client.ReadReplyAsync(cancel);
            await client.SendAsync("EHLO client.test\r\n", cancel);
            await client.ReadReplyAsync(cancel);
            while (!cancel.IsCancellationRequested && await SendAsync(client, ledger.Next(), cancel))
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The server was killed, or the round is over.
            return false;
        }
    }

    /// <returns>False if the connection ended.</returns>
    private async Task<bool> SendAsync(SmtpSocket client, int serial, CancellationToken cancel)
    {
        string recipient = Ledger.IsLocal(serial) ? "ann@demo.test" : "someone@sink.test";
        ledger.InDoubt[serial] = true;
        await client.SendAsync($"MAIL FROM:<load@client.test>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n", cancel);
        string? mail = await client.ReadReplyAsync(cancel), rcpt = await client.ReadReplyAsync(cancel),
            data = await client.ReadReplyAsync(cancel);
        if (data is null)
            return false;
        if (!data.StartsWith("354", StringComparison.Ordinal))
        {
            Refuse(serial, $"{mail} / {rcpt} / {data}");
            await client.SendAsync("RSET\r\n", cancel);
            await client.ReadReplyAsync(cancel);
            await Task.Delay(20, cancel);
            return true;
        }

        await client.SendAsync(SmtpSocket.Stuffed(Ledger.Message(serial)), cancel);
        string? reply = await client.ReadReplyAsync(cancel);
        if (reply is null)
            return false;
        if (!reply.StartsWith("250", StringComparison.Ordinal))
        {
            Refuse(serial, reply);
            await Task.Delay(5, cancel);
            return true;
        }

        ledger.InDoubt.TryRemove(serial, out _);
        ledger.Promise(serial);
        return true;
    }

    private void Refuse(int serial, string reply)
    {
        ledger.InDoubt.TryRemove(serial, out _);
        ledger.Refused[serial] = (reply, ledger.Promised.Count);
    }
}
