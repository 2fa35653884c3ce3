using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;

namespace Gatepost.Delivery.Http;

/// <summary>HTTPS to web servers that strangers' DNS names: no redirect, no proxy, and never into a private network.</summary>
/// <param name="refuses">Whether nothing may be asked at an address.</param>
public sealed class GuardedHttp(IResolver dns, Func<IPAddress, bool> refuses)
{
    /// <summary>Addresses of a host that are tried.</summary>
    private const int MostAddresses = 4;

    /// <param name="patience">For one request, reading the answer included.</param>
    /// <param name="mostOctets">Of an answer.</param>
    public HttpClient MakeClient(TimeSpan patience, int mostOctets)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = patience,
            MaxResponseContentBufferSize = mostOctets,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Gatepost");
        return client;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        string host = context.DnsEndPoint.Host;
        var answer = await dns.AddressesAsync(host, cancel);
        if (answer.Outcome != DnsOutcome.Found)
        {
            throw new IOException(answer.Outcome == DnsOutcome.Unanswered
                ? $"DNS gave no answer about {host}: {answer.Detail}" : $"{host} has no address in DNS");
        }

        Exception? last = null;
        foreach (var address in answer.Records.Where(address => !refuses(address)).Take(MostAddresses))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure)
            {
                socket.Dispose();
                last = failure;
                if (failure is not SocketException)
                    throw;
            }
        }

        string where = string.Create(CultureInfo.InvariantCulture, $"{host}, port {context.DnsEndPoint.Port}");
        throw new IOException(last is null ? $"{host} is in a private network" : $"connect to {where}: {last.Message}", last);
    }
}
