using System.Net;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Smtp;

namespace Gatepost.Tour;

/// <summary>The little world the tour plays in: a zone, a directory, and what the rules read beside them.</summary>
internal static class TourWorld
{
    public const string HostName = "mx.host.example";

    public const string Password = "pencil";

    private const string Zone = """
        127.0.0.2 PTR client.partner.example
        client.partner.example A 127.0.0.2
        127.0.0.3 PTR listed.partner.example
        3.0.0.127.zen.spamhaus.org A 127.0.0.4
        3.0.0.127.zen.spamhaus.org TXT https://check.spamhaus.org/query/ip/127.0.0.3
        127.0.0.5 SERVFAIL
        partner.example MX 10 client.partner.example
        silent.example TIMEOUT
        null.example MX 0 .
        gone.example MX 10 mx.host.example
        elsewhere.example MX 10 mx.elsewhere.example
        mx.elsewhere.example A 127.0.1.41
        unreachable.example MX 10 mx.unreachable.example
        mx.unreachable.example A 127.255.255.255
        refuses.example MX 10 mx.refuses.example
        mx.refuses.example A 127.0.1.2
        mute.example MX 10 mx.mute.example
        mx.mute.example A 127.0.1.11
        full.example MX 10 mx.full.example
        mx.full.example A 127.0.1.13
        exchange.example MX 10 mx.exchange.example
        mx.exchange.example A 127.0.1.15
        deaf.example MX 10 mx.deaf.example
        mx.deaf.example A 127.0.1.16
        breaks.example MX 10 mx.breaks.example
        mx.breaks.example A 127.0.1.17
        busy.example MX 10 mx.busy.example
        mx.busy.example A 127.0.1.19
        relay.example MX 10 mx.relay.example
        mx.relay.example A 127.0.1.46
        router.example MX 10 mx.router.example
        mx.router.example A 127.0.1.20
        over.example MX 10 mx.over.example
        mx.over.example A 127.0.1.39
        names.example MX 10 mx.names.example
        mx.names.example A 127.0.1.40
        filter.example MX 10 mx.filter.example
        mx.filter.example A 127.0.1.24
        strict.example MX 10 mx.strict.example
        mx.strict.example A 127.0.1.30
        stricter.example MX 10 mx.stricter.example
        mx.stricter.example A 127.0.1.31
        wall.example MX 10 mx.wall.example
        mx.wall.example A 127.0.1.36
        """;

    private static readonly string Stored = StoredPassword.Make("pencil"u8, withScram: false);

    public static IResolver Dns() => ZoneFile.Parse(Zone);

    public static PolicyOptions Options { get; } = new()
    {
        TrustedNetworks = [IPNetwork.Parse("127.0.0.1/32")],
    };

    public static IDirectory Directory() => new BrokenInOnePlace(new ConfiguredDirectory(
        [Host("host.example")],
        [
            Account("ann@host.example") with { Password = Stored },
            Account("bob@host.example"),
            Account("full@host.example") with { Quota = 1_000 },
            Account("moved@host.example") with { MovedTo = Mailbox.Parse("moved@partner.example") },
            Account("frozen@host.example") with { Suspensions = [Suspend(Suspended.Receiving)] },
            Account("carl@host.example") with { Password = Stored, Suspensions = [Suspend(Suspended.Sending)] },
            Account("classic@host.example") with { KeepsCopy = false, Forwards = [Mailbox.Parse("classic@elsewhere.example")] },
            Account("modern@host.example") with { KeepsCopy = false, Forwards = [Mailbox.Parse("modern@elsewhere.example")] },
            Account("forward@host.example") with { KeepsCopy = false, Forwards = [Mailbox.Parse("someone@partner.example")] },
        ],
        [
            new Alias(Mailbox.Parse("left@host.example"), [Mailbox.Parse("right@host.example")]),
            new Alias(Mailbox.Parse("right@host.example"), [Mailbox.Parse("left@host.example")]),
        ],
        blocks:
        [
            new Block(BlockSide.Sender, "bad@partner.example", null, "postmaster", DateTimeOffset.UnixEpoch, "three complaints"),
            new Block(BlockSide.Sender, "ann+spam@host.example", null, "postmaster", DateTimeOffset.UnixEpoch, "a stolen password"),
            new Block(BlockSide.Recipient, "blocked@host.example", null, "postmaster", DateTimeOffset.UnixEpoch, "left the company"),
        ]));

    private static Gatepost.Policy.Directory.Domain Host(string name) =>
        new() { Name = name, Postmaster = new Destination(DestinationKind.Maildir, "/nowhere/postmaster") };

    private static Account Account(string address) =>
        new() { Address = Mailbox.Parse(address), Destination = new Destination(DestinationKind.Maildir, "/nowhere/" + address) };

    private static Suspension Suspend(Suspended what) => new(what, "postmaster", DateTimeOffset.UnixEpoch, "for the tour");

    /// <summary>One mailbox is full, the others are empty.</summary>
    internal sealed class Sizes : IMailboxSizes
    {
        public ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel) =>
            ValueTask.FromResult<MailboxState?>(new MailboxState(account.Address.LocalPart == "full" ? 2_000 : 0, 0, null, null, null));
    }

    /// <summary>A directory that is set up wrongly for one address, as a table with a bad pattern would be.</summary>
    private sealed class BrokenInOnePlace(IDirectory whole) : IDirectory
    {
        public string? DefaultDomain => whole.DefaultDomain;

        public ValueTask<Gatepost.Policy.Directory.Domain?> FindDomainAsync(string name, CancellationToken cancel) =>
            whole.FindDomainAsync(name, cancel);

        public ValueTask<Account?> FindAccountAsync(AddressKey address, CancellationToken cancel) =>
            address.LocalPart == "broken" ? throw new FormatException("table aliases, line 7: pattern \"(\" is not closed")
                : whole.FindAccountAsync(address, cancel);

        public ValueTask<Alias?> FindAliasAsync(AddressKey address, CancellationToken cancel) => whole.FindAliasAsync(address, cancel);

        public ValueTask<IReadOnlyList<Block>> FindBlocksAsync(BlockSide side, AddressKey address, CancellationToken cancel) =>
            whole.FindBlocksAsync(side, address, cancel);

        public Destination RouteTo(string domain) => whole.RouteTo(domain);
    }
}
