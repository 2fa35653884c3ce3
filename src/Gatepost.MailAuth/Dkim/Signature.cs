using System.Buffers;
using System.Security.Cryptography;
using Gatepost.Dns;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Dkim;

/// <summary>One field that signs others: DKIM-Signature, ARC-Message-Signature or ARC-Seal, read as far as it can be.</summary>
internal sealed class Signature
{
    /// <summary>Wrong clocks are common; OpenDKIM allows minutes, others hours.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    private readonly Tag value;

    private Signature(HeaderField field, TagList tags, SignatureReader reader, SignatureKind kind)
    {
        Field = field;
        Tags = tags;
        value = tags.Find("b") ?? default;
        ReadVersion(reader, kind);
        ReadAlgorithm(reader);
        Domain = reader.Domain("d");
        Selector = reader.Domain("s");
        Value = reader.Base64("b");
        if (kind != SignatureKind.Seal)
            ReadContent(reader, kind);
        ReadTimes(reader);
        if (kind == SignatureKind.Dkim)
            ReadIdentity(reader);
        Fault = reader.Fault;
    }

    public HeaderField Field { get; }

    public TagList Tags { get; }

    /// <summary>What is wrong with it; nothing else is complete then.</summary>
    public Finding? Fault { get; }

    public SignatureAlgorithm Algorithm { get; private set; }

    public string Domain { get; }

    public string Selector { get; }

    public byte[] Value { get; }

    public byte[] BodyHash { get; private set; } = [];

    public Canonicalization HeaderForm { get; private set; } = Canonicalization.Relaxed;

    public Canonicalization BodyForm { get; private set; }

    /// <summary>The signed fields, in lower case.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>l=; null for the whole body.</summary>
    public long? Length { get; private set; }

    public string Identity { get; private set; } = "";

    /// <summary>Whether it is of a draft of before RFC 4871, without v= or with 0.5. Verifiers of that time accept it still.</summary>
    public bool IsDraft { get; private set; }

    private long? Signed { get; set; }

    private long? Expires { get; set; }

    /// <summary>Where its key is: <c>selector._domainkey.domain</c>.</summary>
    public string KeyName => $"{Selector}._domainkey.{Domain}";

    public static Signature Read(HeaderField field, SignatureKind kind)
    {
        var tags = TagList.Read(field.Value.Span);
        return new Signature(field, tags, new SignatureReader(tags), kind);
    }

    /// <summary>What time says against it; null when nothing.</summary>
    public Finding? AtTime(DateTimeOffset now)
    {
        if (Expires is { } expires && At(expires) < now)
            return OurEvidence.DkimExpired.Say(At(expires));
        return Signed is { } signed && At(signed) > now + ClockSlack ? OurEvidence.DkimFromFuture.Say(At(signed)) : null;
    }

    /// <summary>The hash that is signed: the given fields, then this one without its value.</summary>
    public byte[] Hash(IReadOnlyList<HeaderField?> fields, Canonicalization form)
    {
        var octets = new ArrayBufferWriter<byte>(2048);
        foreach (var field in fields)
        {
            if (field is { } present)
                Message.HeaderForm.Write(present, form, octets);
        }

        WriteOwn(form, octets);
        return CryptographicOperations.HashData(Algorithm.Hash(), octets.WrittenSpan);
    }

    /// <summary>This field as it is signed: without its value and line end.</summary>
    public void WriteOwn(Canonicalization form, ArrayBufferWriter<byte> to) => Message.HeaderForm.WriteSignature(Field, value, form, to);

    private static DateTimeOffset At(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private void ReadVersion(SignatureReader reader, SignatureKind kind)
    {
        if (kind != SignatureKind.Dkim)
            return;
        IsDraft = reader.Optional("v") is null or "0.5";
        if (reader.Optional("v") is { } version and not ("1" or "0.5"))
            reader.AddFault(OurEvidence.DkimVersionUnknown.Say(SignatureReader.Cut(version)));
    }

    private void ReadAlgorithm(SignatureReader reader)
    {
        string word = reader.Required("a");
        if (SignatureAlgorithmWords.Read(word) is { } algorithm)
            Algorithm = algorithm;
        else
            reader.AddFault(OurEvidence.DkimAlgorithmUnknown.Say(SignatureReader.Cut(word)));
    }

    private void ReadContent(SignatureReader reader, SignatureKind kind)
    {
        BodyHash = reader.Base64("bh");
        // RFC 6376 §3.5 says simple; those who seal without c= mean relaxed, in which the seals themselves are (RFC 8617 §5.1.1).
        (HeaderForm, BodyForm) = reader.Forms(kind == SignatureKind.Dkim ? Canonicalization.Simple : Canonicalization.Relaxed);
        Names = reader.Names(mayBeEmpty: kind == SignatureKind.ArcMessage);
        Length = reader.Number("l");
        if (!Names.Contains("from", StringComparer.Ordinal))
            reader.AddFault(OurEvidence.DkimFromUnsigned.Say());
        // "dns" alone was written before RFC 4871.
        if (reader.Optional("q") is { } query && !query.Split(':', StringSplitOptions.TrimEntries).Any(way => way is "dns/txt" or "dns"))
            reader.AddFault(OurEvidence.DkimQueryUnknown.Say(SignatureReader.Cut(query)));
    }

    private void ReadTimes(SignatureReader reader)
    {
        Signed = reader.Number("t");
        Expires = reader.Number("x");
        if (Expires <= Signed)
            reader.AddFault(OurEvidence.DkimExpiresFirst.Say());
    }

    private void ReadIdentity(SignatureReader reader)
    {
        Identity = "@" + Domain;
        if (reader.Optional("i") is not { } written)
            return;
        Identity = SignatureReader.Unquote(written) ?? "";
        string domain = Identity[(Identity.LastIndexOf('@') + 1)..];
        if (!Identity.Contains('@', StringComparison.Ordinal) || !SignatureReader.IsDomain(domain, leastLabels: 2))
            reader.AddFault(OurEvidence.DkimTagWrong.Say("i", SignatureReader.Cut(written)));
        else if (!DnsName.IsWithin(domain, Domain))
            reader.AddFault(OurEvidence.DkimIdentityOutside.Say(SignatureReader.Cut(Identity), Domain));
    }
}

/// <summary>What a signing field is for; the same tags are read by slightly different rules.</summary>
internal enum SignatureKind
{
    Dkim,

    /// <summary>ARC-Message-Signature: as DKIM, without version (RFC 8617 §4.1.2).</summary>
    ArcMessage,

    /// <summary>ARC-Seal: neither fields nor body of its own (RFC 8617 §4.1.3).</summary>
    Seal,
}
