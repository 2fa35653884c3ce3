using static Gatepost.Tour.TourScript;

namespace Gatepost.Tour;

/// <summary>Codes that no server says as its reply to us: what our queue meets on the way, or another server's own words.</summary>
internal static class DeliveryRows
{
    public static IEnumerable<TourScenario> All =>
    [
        Condition("B01", "", "101 The server is unable to connect",
            new TourPeer("unreachable.example", "127.255.255.255", PeerTrick.Unreachable), "network-unreachable", "host-unreachable"),
        Condition("B02", "", "111 Connection refused or inability to open an SMTP stream",
            new TourPeer("refuses.example", "127.0.1.2", PeerTrick.Refuses), "connection-refused", "host-unreachable"),
        Condition("B11", "", "420 Timeout connection problem", new TourPeer("mute.example", "127.0.1.11", PeerTrick.SilentAtData),
            "timed-out", "host-unreachable"),
        Answer(
            "B13", new TourPeer("full.example", "127.0.1.13", PeerTrick.AnswersRecipient,
                "422 The recipient's mailbox has exceeded its storage limit", "452 4.2.2 Mailbox full"), "mailbox-full"),
        Answer(
            "B15", new TourPeer(
                "exchange.example", "127.0.1.15", PeerTrick.AnswersRecipient,
                "432 The recipient's Exchange Server incoming mail queue has been stopped",
                "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded"), "system-error", "rate-limited", "configuration-error"),
        Condition("B16", "a", "441 The recipient's server is not responding", new TourPeer("deaf.example", "127.0.1.16", PeerTrick.Deaf),
            "connect-timeout", "host-unreachable"),
        Answer(
            "B16", new TourPeer("relay.example", "127.0.1.46", PeerTrick.AnswersMessage,
                "441 The recipient's server is not responding", "451 4.4.1 Recipient's server did not answer"), "host-unreachable") with
            { Case = "b" },
        Condition("B17", "", "442 The connection was dropped during the transmission",
            new TourPeer("breaks.example", "127.0.1.17", PeerTrick.HangsUpAfterRecipient), "lost-connection", "host-unreachable"),
        Condition(
            "B19", "", "447 Your outgoing message timed out because of issues concerning the incoming server",
            new TourPeer(
                "busy.example", "127.0.1.19", PeerTrick.AnswersRecipient, "450 4.2.1 The mailbox is busy", "450 4.2.1 The mailbox is busy"),
                "delivery-expired", "delivery-expired", "host-unreachable") with { BounceStatus = "4.4.7" },
        Condition("B20", "a", "449 A routing error", new TourPeer("silent.example", "", PeerTrick.None), "dns-unanswered", "dns-failure",
            "host-unreachable", "configuration-error"),
        Condition("B20", "b", "449 A routing error", new TourPeer("nowhere.example", "", PeerTrick.None), "recipient-domain-not-found",
            "domain-not-found", "host-unreachable") with { ListedReason = "dns-failure", BounceStatus = "5.1.2" },
        Condition("B20", "c", "449 A routing error", new TourPeer("null.example", "", PeerTrick.None), "domain-takes-no-mail",
            "domain-refuses-mail", "host-unreachable") with { ListedReason = "dns-failure", BounceStatus = "5.1.10" },
        Answer(
            "B20", new TourPeer("router.example", "127.0.1.20", PeerTrick.AnswersRecipient, "449 A routing error",
                "451 4.4.4 Unable to route"), "dns-failure", "configuration-error") with { Case = "d" },
        Answer(
            "B24", new TourPeer(
                "filter.example", "127.0.1.24", PeerTrick.AnswersMessage,
                "471 An error of your mail server, often due to an issue of the local anti-spam filter",
                "451 4.7.1 Service unavailable - try again later"), "policy-refused", "spam-detected", "access-denied", "system-error"),
        Answer(
            "B30", new TourPeer("strict.example", "127.0.1.30", PeerTrick.AnswersRecipient, "510 Bad email address",
                "550 5.1.0 Bad email address"), "address-invalid", "mailbox-unknown"),
        Answer(
            "B31", new TourPeer("stricter.example", "127.0.1.31", PeerTrick.AnswersRecipient, "511 Bad email address",
                "550 5.1.1 User unknown"), "address-invalid", "mailbox-unknown"),
        Answer(
            "B36", new TourPeer(
                "wall.example", "127.0.1.36", PeerTrick.AnswersMessage,
                "541 The recipient address rejected your message: normally an anti-spam filter", "550 5.7.1 Message rejected as spam"),
                "spam-detected", "policy-refused", "recipient-refused"),
        Answer(
            "B39", new TourPeer("over.example", "127.0.1.39", PeerTrick.AnswersMessage,
                "552 Requested mail actions aborted - Exceeded storage allocation", "552 5.2.2 Mailbox full"), "mailbox-full") with
            { Case = "a" },
        Answer(
            "B40", new TourPeer("names.example", "127.0.1.40", PeerTrick.AnswersRecipient,
                "553 Requested action not taken - Mailbox name invalid", "553 5.1.3 Mailbox name not allowed"), "address-invalid",
            "mailbox-unknown", "sender-not-owned") with { Case = "a" },
    ];

    /// <summary>Something another server says.</summary>
    private static TourScenario Answer(string row, TourPeer peer, params string[] reasons) => new()
    {
        Row = row,
        Told = peer.Classic,
        Peer = peer,
        Reasons = reasons,
    };
}
