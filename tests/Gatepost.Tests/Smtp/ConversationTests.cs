using System.Net;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Plays every file of tests/transcripts.</summary>
public sealed class ConversationTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "transcripts"), "*.smtp")
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public Task The_conversation_goes_as_it_is_written(string file)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "tests", "transcripts", file));
        var role = text.StartsWith("role: lmtp", StringComparison.Ordinal) ? ListenerRole.Lmtp : ListenerRole.Mx;
        return Transcript.PlaysAsync(text, () => new TestServer
        {
            Listener = new ListenerOptions { Role = role, EndPoint = new(IPAddress.Loopback, 25) },
            Options = new SmtpServerOptions { HostName = "mx.demo.test" },
        });
    }
}
