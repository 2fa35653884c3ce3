using System.Net;
using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>One client's session before a rule book, step by step, as the dialogue would lead it.</summary>
internal sealed class RuleSession
{
    private readonly RuleEngine book;

    public RuleSession(RuleEngine book, string client = "192.0.2.7", ListenerRole role = ListenerRole.Mx, string? user = null)
    {
        this.book = book;
        Session = new Session
        {
            Id = "S1",
            Role = role,
            Client = new IPEndPoint(IPAddress.Parse(client), 4711),
            Local = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 25),
            HostName = "mx.host.example",
            User = user,
        };
    }

    public Session Session { get; }

    public ValueTask<Verdict> ConnectAsync() => book.JudgeAsync(Stage.Connect, Session, TestContext.Current.CancellationToken);

    public ValueTask<Verdict> HelloAsync(string name, bool esmtp = true)
    {
        Session.Helo = name;
        Session.IsEsmtp = esmtp;
        return book.JudgeAsync(Stage.Hello, Session, TestContext.Current.CancellationToken);
    }

    public ValueTask<Verdict> MailAsync(string sender, long? size = null)
    {
        Session.Envelope = new Envelope { Sender = sender.Length == 0 ? null : Mailbox.Parse(sender), DeclaredSize = size };
        return book.JudgeAsync(Stage.MailFrom, Session, TestContext.Current.CancellationToken);
    }

    public async ValueTask<Verdict> RcptAsync(string recipient)
    {
        Session.Envelope ??= new Envelope { Sender = Mailbox.Parse("ann@partner.example") };
        Session.Candidate = new EnvelopeRecipient(Mailbox.Parse(recipient));
        var verdict = await book.JudgeAsync(Stage.RcptTo, Session, TestContext.Current.CancellationToken);
        if (verdict.Passes)
            Session.Envelope.Recipients.Add(Session.Candidate);
        Session.Candidate = null;
        return verdict;
    }

    public ValueTask<Verdict> MessageAsync(string message) => MessageAsync(message, TestContext.Current.CancellationToken);

    public ValueTask<Verdict> MessageAsync(string message, CancellationToken cancel, string queueId = "Q1")
    {
        Session.Draft = new MemoryDraft(message, queueId);
        return book.JudgeAsync(Stage.Message, Session, cancel);
    }
}

/// <summary>The hosted world of the policy tests.</summary>
internal static class TestDirectory
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Gatepost.Policy.Directory.Domain Domain(
        string name, DomainKind kind = DomainKind.Hosted, string? aliasOf = null, string? catchAll = null) => new()
        {
            Name = name,
            Kind = kind,
            AliasOf = aliasOf,
            CatchAll = catchAll is null ? null : Mailbox.Parse(catchAll),
            Postmaster = Maildir($"{name}/postmaster"),
        };

    public static Account Account(string address) => new() { Address = Mailbox.Parse(address), Destination = Maildir(address) };

    public static Alias Alias(string address, params string[] targets) => new(Mailbox.Parse(address), [.. targets.Select(Mailbox.Parse)]);

    public static Destination Maildir(string name) => new(DestinationKind.Maildir, name);

    public static ConfiguredDirectory Directory(IReadOnlyList<Block> blocks, params IReadOnlyList<Account> accounts) => new(
        [Domain("host.example"), Domain("two.example")], accounts.Count > 0 ? accounts
            : [Account("ann@host.example"), Account("bob@host.example"), Account("cat@two.example")], [], blocks: blocks);

    public static ConfiguredDirectory Directory(params Alias[] aliases) => new(
        [Domain("host.example"), Domain("relayed.example", DomainKind.Relay),
            Domain("other.example", DomainKind.Alias, aliasOf: "host.example"), Domain("all.example", catchAll: "ann@host.example")],
        [Account("ann@host.example"), Account("bob@host.example"), Account("bob+work@host.example")],
        aliases);

    /// <summary>A stranger who wins over every rule about strangers: has a reverse name, is listed nowhere.</summary>
    public const string Zone = """
        192.0.2.7 PTR mx.partner.example
        mx.partner.example A 192.0.2.7
        partner.example MX 10 mx.partner.example
        foreign.example MX 10 mx.foreign.example
        """;

    public static PolicyServices Parts(IMailboxSizes? sizes = null, ICounters? counters = null, TimeProvider? time = null)
    {
        time ??= new FakeTimeProvider(Start);
        return new PolicyServices(
            ZoneFile.Parse(Zone), time)
        { MailboxSizes = sizes ?? new MaildirSizes(time), Counters = counters ?? new SlidingCounters() };
    }

    public static RuleOptions Only(RuleMode mode) => new() { Mode = mode };

    public static RuleEngine Book(
        IDirectory? directory = null, PolicyOptions? options = null, IResolver? dns = null, TimeProvider? time = null) =>
        new(options ?? new PolicyOptions(), directory ?? Directory(), dns ?? ZoneFile.Parse(Zone), time
            ?? new FakeTimeProvider(Start), new Random(1));
}

/// <summary>A message that is there already.</summary>
internal sealed class MemoryDraft(string message, string queueId = "Q1") : IMessageDraft
{
    private readonly byte[] octets = System.Text.Encoding.Latin1.GetBytes(message.ReplaceLineEndings("\r\n"));

    public string QueueId => queueId;

    public long Length => octets.Length;

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> more, CancellationToken cancel) => throw new NotSupportedException();

    public Stream OpenRead() => new MemoryStream(octets, writable: false);

    public ValueTask<StoreResult> CommitAsync(ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
