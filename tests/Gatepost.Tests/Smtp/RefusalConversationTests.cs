using System.Net;
using Gatepost.Policy.Auth;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Policy;
using Gatepost.Tour;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>
/// Plays tests/transcripts/classic and modern: the refusals of a hosting provider word by word, by the real rules in the tour's world.
/// </summary>
public sealed class RefusalConversationTests
{
    public static TheoryData<string, string> Files => new(
        from form in new[] { "classic", "modern" }
        from path in Directory.EnumerateFiles(Folder(form), "*.smtp").Order(StringComparer.Ordinal)
        select (form, Path.GetFileNameWithoutExtension(path)));

    [Theory, MemberData(nameof(Files))]
    public Task The_refusal_is_worded_as_it_is_written(string form, string name)
    {
        var scene = TourRows.All.Single(scene => scene.Name == name);
        var style = form == "classic" ? ReplyStyle.Classic : ReplyStyle.Modern;
        var directory = TourWorld.Directory();
        var world = new TestServer
        {
            Rules = DryRunTests.Book(scene, style),
            Authenticator = new Authenticator(new DirectoryLogins(() => directory, TimeProvider.System, hasScram: false),
                new LoginThrottle(new LoginThrottleOptions(), TimeProvider.System)),
            Listener = new ListenerOptions { Role = scene.Role, EndPoint = new(IPAddress.Loopback, 25) },
            Limits = new SessionLimits { MaxRecipients = scene.Role == ListenerRole.Submission ? 50 : 100 },
            Options = new SmtpServerOptions { HostName = TourWorld.HostName, Style = style },
            Peer = new(IPAddress.Parse(scene.From), 40000),
            Local = new(IPAddress.Loopback, 25),
        };
        return Transcript.PlaysInTurnAsync(File.ReadAllText(Path.Combine(Folder(form), name + ".smtp")), world);
    }

    /// <summary>One file a case and form; only the forward that another server refuses ends in a bounce instead of a reply.</summary>
    [Theory]
    [InlineData("classic")]
    [InlineData("modern")]
    public void Every_case_of_the_list_is_written_down(string form) =>
        Assert.Equal(
            TourRows.All.Where(scene => scene.Row[0] == 'E' && scene.Peer is null).Select(scene => scene.Name)
                .Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder(form), "*.smtp").Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Order(StringComparer.Ordinal));

    private static string Folder(string form) => Path.Combine(Repository.Root, "tests", "transcripts", form);
}
