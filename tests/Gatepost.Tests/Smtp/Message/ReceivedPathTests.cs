using System.Text;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.Smtp.Message;

/// <summary>Which server closes a loop, by the Received fields with the newest first.</summary>
public sealed class ReceivedPathTests
{
    [Theory]
    [InlineData("mx.a", null)]
    [InlineData("mx.a filter.a mx.b", null)]
    [InlineData("mx.a mx.b mx.a mx.b mx.origin", "mx.b -> mx.a")]
    [InlineData("mx.a mx.a mx.b mx.b MX.A mx.origin", "mx.b -> mx.a")]
    [InlineData("mx.a mx.c mx.b mx.a mx.c mx.b mx.origin", "mx.c -> mx.a")]
    [InlineData("mx.a mx.a mx.a mx.a", "mx.a -> mx.a")]
    public void The_server_that_passes_it_back_is_named(string servers, string? loop)
    {
        string header = string.Concat(servers.Split(' ').Select(name =>
            $"Received: from other (by habit said by none [192.0.2.1])\r\n\tby {name} (with words by no server) with ESMTP; Thu, 1 Jan "
                + $"2026\r\n"))
            + "Subject: by nobody\r\n\r\ntext by nobody\r\n";

        var found = ReceivedPath.FindLoop(new MessageHeader(Encoding.ASCII.GetBytes(header)));
        Assert.Equal(loop, found is { } pair ? $"{pair.From} -> {pair.To}" : null);
    }
}
