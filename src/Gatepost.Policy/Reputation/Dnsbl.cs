using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Reputation;

/// <summary>What a block list says of an address.</summary>
public enum ListingOutcome
{
    NotListed,
    Listed,

    /// <summary>No answer, or one that cannot be believed: nothing was learnt.</summary>
    Unknown,
}

/// <param name="Outcome">What it says.</param>
/// <param name="Zone">Who says it.</param>
/// <param name="Question">The name that was asked.</param>
/// <param name="Answer">The address it answered, or what happened instead.</param>
/// <param name="Text">The list's own words or the name of its part; one line, 200 characters at most.</param>
/// <param name="Ttl">How long the answer holds.</param>
public sealed record Listing(
    ListingOutcome Outcome, string Zone, string Question, Finding Answer, string? Text = null, TimeSpan Ttl = default);

/// <summary>One block list and our trust in it.</summary>
/// <remarks>
/// A list that answers 127.255.255.x, lists 127.0.0.1 (RFC 5782 §5: it must not), or does not answer several times running is
/// set aside for a while with an alarm; then it is asked again. A listing counts only while the list is known not to list everything.
/// </remarks>
public sealed class Dnsbl(DnsblOptions options, IResolver dns, TimeProvider time, Alarms alarms)
{
    /// <summary>Silences running before the list is set aside.</summary>
    private const int Patience = 3;

    private static readonly TimeSpan Aside = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ProofHolds = TimeSpan.FromMinutes(1);

    private static readonly IPNetwork Errors = IPNetwork.Parse("127.255.255.0/24");

    private int silences;
    private long asideUntil;
    private long provenUntil;

    public DnsblOptions Options => options;

    internal string AlarmKey => "dnsbl:" + options.Zone;

    public async ValueTask<Listing> AskAsync(IPAddress client, CancellationToken cancel)
    {
        string question = Question(client, options.Zone);
        if (time.GetUtcNow().UtcTicks < Volatile.Read(ref asideUntil))
            return new Listing(ListingOutcome.Unknown, options.Zone, question, OurEvidence.ListIsSetAside.Say());

        var answer = await dns.Ipv4AddressesAsync(question, cancel);
        switch (answer.Outcome)
        {
            case DnsOutcome.Unanswered:
                return Silence(question, answer.Detail is { } cause ? OurEvidence.DnsNoAnswer.Say(cause) : OurEvidence.DnsSilence.Say());
            case DnsOutcome.Found:
                return await ReadAsync(question, answer, cancel);
            default:
                Trust();
                var no = answer.Outcome == DnsOutcome.NoSuchName ? OurEvidence.DnsNoSuchName : OurEvidence.DnsNoRecords;
                return new Listing(ListingOutcome.NotListed, options.Zone, question, no.Say(), Ttl: answer.Ttl);
        }
    }

    private async ValueTask<Listing> ReadAsync(string question, DnsAnswer<IPAddress> answer, CancellationToken cancel)
    {
        var addresses = answer.Records.Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList();
        string shown = string.Join(", ", addresses);
        if (addresses.Find(Errors.Contains) is { } error)
            return SetAside(question, OurEvidence.Quoted.Say(shown), OurEvidence.ListAnswersError.Say(error, Meaning(error).Say()));
        if (addresses.Find(address => DnsblOptions.Counts.Contains(address)) is not { } listed)
        {
            var ignored = shown.Length > 0 ? OurEvidence.ListDoesNotCount.Say(shown) : OurEvidence.ListNoAddress.Say();
            return new Listing(ListingOutcome.NotListed, options.Zone, question, ignored, Ttl: answer.Ttl);
        }

        if (await CheckSoundAsync(cancel) is { } fault)
            return fault with { Question = question };

        var words = await dns.TxtAsync(question, cancel);
        return new Listing(ListingOutcome.Listed, options.Zone, question, OurEvidence.Quoted.Say(shown), Text(listed, words), answer.Ttl);
    }

    /// <summary>
    /// Whether the list lists 127.0.0.1, which no list may (RFC 5782 §5); asked at most once a minute, so that a list that begins to list
    /// everything does harm for a minute at most.
    /// </summary>
    private async ValueTask<Listing?> CheckSoundAsync(CancellationToken cancel)
    {
        if (time.GetUtcNow().UtcTicks < Volatile.Read(ref provenUntil))
            return null;

        string question = Question(IPAddress.Loopback, options.Zone);
        var answer = await dns.Ipv4AddressesAsync(question, cancel);
        switch (answer.Outcome)
        {
            case DnsOutcome.Unanswered:
                return Silence(question, OurEvidence.ListNotProven.Say(answer.Detail));
            case DnsOutcome.Found when answer.Records.Any(address => DnsblOptions.Counts.Contains(address)):
                return SetAside(question, OurEvidence.Quoted.Say(string.Join(", ", answer.Records)), OurEvidence.ListListsEverybody.Say());
            default:
                Volatile.Write(ref provenUntil, (time.GetUtcNow() + ProofHolds).UtcTicks);
                Trust();
                return null;
        }
    }

    private Listing Silence(string question, Finding answer)
    {
        if (Interlocked.Increment(ref silences) >= Patience)
            return SetAside(question, answer, OurEvidence.ListSilent.Say(Patience, answer));
        return new Listing(ListingOutcome.Unknown, options.Zone, question, answer);
    }

    private Listing SetAside(string question, Finding answer, Finding why)
    {
        Volatile.Write(ref asideUntil, (time.GetUtcNow() + Aside).UtcTicks);
        Volatile.Write(ref provenUntil, 0);
        alarms.Raise(AlarmKey, OurEvidence.ListSetAside.Say(options.Zone, why, Aside));
        return new Listing(ListingOutcome.Unknown, options.Zone, question, OurEvidence.ListDoubt.Say(answer, why));
    }

    private void Trust()
    {
        if (Volatile.Read(ref silences) == 0 && Volatile.Read(ref asideUntil) == 0)
            return;
        Interlocked.Exchange(ref silences, 0);
        Volatile.Write(ref asideUntil, 0);
        alarms.Clear(AlarmKey);
    }

    private string Text(IPAddress listed, DnsAnswer<string> words)
    {
        byte last = listed.GetAddressBytes()[3];
        bool spamhaus = options.Zone.EndsWith("spamhaus.org", StringComparison.OrdinalIgnoreCase);
        string? part = spamhaus ? DnsblOptions.SpamhausNames.GetValueOrDefault(last) : null;
        string said = words.Outcome == DnsOutcome.Found ? words.Records[0] : $"listed as {listed}";
        string text = part is null ? said : $"{part}: {said}";
        return text.Length > 200 ? text[..200] : text;
    }

    private static FixedEvidence Meaning(IPAddress error) => error.GetAddressBytes()[3] switch
    {
        252 => OurEvidence.ListNameWrong,
        254 => OurEvidence.ListPublicResolver,
        255 => OurEvidence.ListAskedTooOften,
        _ => OurEvidence.ListError,
    };

    /// <summary><c>7.2.0.192.zone</c>; for IPv6 the 32 nibbles backwards (RFC 5782 §2.4).</summary>
    public static string Question(IPAddress client, string zone)
    {
        client = client.Plain();
        byte[] octets = client.GetAddressBytes();
        var name = new StringBuilder(zone.Length + 64);
        for (int i = octets.Length - 1; i >= 0; i--)
        {
            if (octets.Length == 4)
                name.Append(CultureInfo.InvariantCulture, $"{octets[i]}.");
            else
                name.Append(CultureInfo.InvariantCulture, $"{octets[i] & 15:x}.{octets[i] >> 4:x}.");
        }

        return name.Append(zone).ToString();
    }
}
