using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Gatepost.Explain;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Message;
using Gatepost.MailAuth.Results;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp.Message;
using Xunit;
using TagList = Gatepost.MailAuth.Message.TagList;

namespace Gatepost.Tests.MailAuth;

/// <summary>Each parser of MailAuth, and that of DMARC reports, over changed and over random input: it answers, soon, and with little
/// memory, and what it says can be shown.</summary>
public sealed class ParserFuzzTests
{
    private const int Inputs = 3_000;

    /// <summary>Of one input: far above what any needs, far below what would hurt.</summary>
    private const long MostOctets = 8 << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    private static readonly string[] Pieces =
    [
        "v=", "=", ";", ";;", " ", "\t", "\r\n ", "\0", "\u00ff", "é", "%{", "}", "%{i}", "%{ir}.%{v}", "%{d99999999999r}", "/", "//", "/33", "//129",
        "include:", "redirect=", "exp=", "ip4:", "ip6:::1", "a:", "mx", "all", "-", "~", "?", "+", "(", ")", "((((", "\"", "\\", "<", ">", "@",
        "AAAA", "====", "99999999999999999999", "-1", "i=", "i=0", "i=51", "cv=", "d=", "h=", "h=from:from", "b=", "bh=", "a=rsa-sha256",
        "p=reject", "sp=", "np=x", "rua=mailto:", "!10m", ",", "t=y", "none", "policy.x=", "dkim=pass", ".", "..", ":",
    ];

    private static readonly Explainer Reader = new(ReplyDatabase.BuiltIn);

    public static TheoryData<string> Parsers => [.. Targets.Keys];

    private static Dictionary<string, (Func<byte[], object?> Parse, string[] Seeds)> Targets { get; } = new(StringComparer.Ordinal)
    {
        ["spf-record"] = (input => !SpfRecord.IsSpf(Text(input)) ? null : SpfRecord.Parse(Text(input), out _, out var why) is { } record ? record : Shown(why),
        [
            "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:%{d}//64 mx/24//48 include:_spf.%{d2} exists:%{ir}.%{v}._spf.%{d} -all exp=e.%{d}",
            "v=spf1 redirect=_spf.example.org", "v=spf1 ?ptr +a ~all",
        ]),
        ["spf-macro"] = (input => SpfMacroString.Parse(Text(input), SpfMacroUse.Explanation, out var why) is { } macro ? macro : Shown(why),
            ["%{ir}.%{v}._spf.%{d2} %_%%%- %{L1r+-} %{c} %{t}"]),
        ["tag-list"] = (input => TagList.Read(input)["p"],
            ["v=DKIM1; k=rsa; p=MIIB; t=s:y; n=some words", "a=1;b=2;\r\n c = 3 ;"]),
        ["dkim-key"] = (input => KeyRecord.Read(Text(input)), [Signed.Rsa.Record, "v=DKIM1; k=ed25519; h=sha1:sha256; s=email:*; p="]),
        ["dkim-signature"] = (input => Shown(Signature.Read(FieldOf("DKIM-Signature", input), SignatureKind.Dkim).Fault),
        [
            " v=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=r; t=1; x=2; l=3; i=a@example.org; q=dns/txt; h=from:to; bh=AAAA; b=AAAA",
        ]),
        ["arc-chain"] = (input => Shown(ArcChain.Read(FieldsOf(input)).Fault),
        [
            "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.example; s=r; t=1; b=AAAA\r\n"
            + "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=r; h=from; bh=AAAA; b=AAAA\r\n"
            + "ARC-Authentication-Results: i=1; mx.a.example; spf=pass\r\nFrom: a@a.example\r\n\r\n",
        ]),
        ["dmarc-record"] = (input => DmarcRecord.Parse("example.org", Text(input)),
            ["v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; psd=y; t=y; rua=mailto:d@example.org!10m, https://x; fo=1:d:s; pct=50"]),
        ["authentication-results"] = (input => AuthenticationResults.Parse(input)?.ToField(),
            [" mx.example.org 1 (c (c)); spf=pass (x) smtp.mailfrom=\"a b\"@example.org; dkim/1=fail reason=\"b\" header.d=x; none"]),
        ["author-domains"] = (input => AuthorDomains.Of(FieldsOf([.. "From: "u8, .. input, .. "\r\n\r\n"u8]).All).Domains.Count,
            ["\"A, B\" <a@example.org>, group: b@example.net, (c) c@[192.0.2.1];"]),
        ["dmarc-report"] = (input => Reader.Read(input).Digest,
        [
            "<feedback><report_metadata><org_name>x</org_name><date_range><begin>1</begin><end>2</end></date_range></report_metadata>"
            + "<policy_published><domain>example.org</domain><p>reject</p></policy_published><record><row><source_ip>192.0.2.1</source_ip>"
            + "<count>7</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>"
            + "<identifiers><header_from>example.org</header_from></identifiers><auth_results><spf><domain>x</domain><result>fail</result>"
            + "</spf></auth_results></record></feedback>",
        ]),
    };

    [Theory]
    [MemberData(nameof(Parsers))]
    public void Changed_and_random_input_is_answered_soon_and_with_little_memory(string parser)
    {
        var (parse, seeds) = Targets[parser];
        foreach (string seed in seeds)
            parse(Encoding.Latin1.GetBytes(seed));
        var random = new Random(20261128);
        int inputs = parser == "dmarc-report" ? Inputs / 10 : Inputs;
        for (int i = 0; i < inputs; i++)
            Bounded(parser, parse, i % 10 == 0 ? Noise(random) : Changed(seeds[random.Next(seeds.Length)], random));
    }

    /// <summary>64 KB of one piece over and over: what is quadratic or deep shows here.</summary>
    [Theory]
    [MemberData(nameof(Parsers))]
    public void A_piece_repeated_for_64_KB_costs_little(string parser)
    {
        var (parse, seeds) = Targets[parser];
        foreach (string piece in Pieces.Concat(seeds.Select(seed => seed[..Math.Min(40, seed.Length)])))
        {
            string text = string.Concat(Enumerable.Repeat(piece, 1 + (65_536 / piece.Length)));
            Bounded(parser, parse, Encoding.Latin1.GetBytes(text[..65_536]));
            Bounded(parser, parse, Encoding.Latin1.GetBytes(seeds[0] + text[..65_536]));
        }
    }

    [Fact]
    public void A_packed_report_that_was_damaged_is_read_as_far_as_it_goes_or_not_at_all()
    {
        var (_, seeds) = Targets["dmarc-report"];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(seeds[0]));
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = packed.ToArray();
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Bounded("dmarc-report", Targets["dmarc-report"].Parse, damaged[..random.Next(1, damaged.Length + 1)]);
        }
    }

    private static void Bounded(string parser, Func<byte[], object?> parse, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        try
        {
            parse(input);
        }
        catch (Exception fault)
        {
            Assert.Fail($"{parser} throws {fault.GetType().Name} ({fault.Message}) for {SafeText.Of(Text(input), 500)}");
        }

        long octets = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(clock.Elapsed < MostTime, $"{parser} took {clock.Elapsed} for {SafeText.Of(Text(input), 200)}");
        Assert.True(octets < MostOctets + (200L * input.Length), $"{parser} took {octets} octets for {SafeText.Of(Text(input), 200)}");
    }

    private static byte[] Noise(Random random)
    {
        byte[] noise = new byte[random.Next(0, 600)];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>One to four changes: octets replaced, removed, doubled, pieces put in, the end cut off.</summary>
    private static byte[] Changed(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (int change = random.Next(1, 5); change > 0 && text.Length > 0; change--)
        {
            int at = random.Next(text.Length);
            int length = random.Next(1, Math.Min(20, text.Length - at) + 1);
            switch (random.Next(5))
            {
                case 0: text[at] = (char)random.Next(256); break;
                case 1: text.Remove(at, length); break;
                case 2: text.Insert(at, text.ToString(at, length)); break;
                case 3: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                default: text.Length = at; break;
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    /// <summary>What a parser says can be shown, as it is shown everywhere.</summary>
    private static string? Shown(Finding? finding)
    {
        if (finding is null)
            return null;
        string text = SafeText.Of(finding.ToString(), 2_000);
        Assert.NotEmpty(text);
        Assert.DoesNotContain(text, char.IsControl);
        return text;
    }

    private static HeaderField FieldOf(string name, byte[] value)
    {
        byte[] raw = [.. Encoding.ASCII.GetBytes(name), (byte)':', .. value, .. "\r\n"u8];
        return new HeaderField(raw, name.Length, name.Length);
    }

    private static MessageFields FieldsOf(byte[] message)
    {
        using var stream = new MemoryStream(message);
        using var reader = new HeaderReader(stream, MessageFields.Limits);
        return MessageFields.ReadAsync(reader, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
