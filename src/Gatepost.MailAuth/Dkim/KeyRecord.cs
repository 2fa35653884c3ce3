using Gatepost.MailAuth.Message;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>The TXT record of a key (RFC 6376 §3.6.1).</summary>
internal sealed class KeyRecord
{
    private readonly string[] hashes;
    private readonly string[] services;
    private readonly string[] flags;
    private readonly string type;

    private KeyRecord(TagList tags)
    {
        type = tags["k"] ?? "rsa";
        hashes = List(tags["h"]);
        services = List(tags["s"]);
        flags = List(tags["t"]);
        Fault = Check(tags);
    }

    /// <summary>What is wrong with it, whatever signature asks; null for a record that can be used.</summary>
    public Finding? Fault { get; }

    /// <summary>The key; null if there is a <see cref="Fault"/>.</summary>
    public PublicKey? Key { get; private set; }

    /// <summary>t=y: the domain is only testing.</summary>
    public bool IsTesting => flags.Contains("y");

    public static KeyRecord Read(string text) => new(TagList.Read(text));

    /// <summary>Why it cannot be used for this signature; null when it can.</summary>
    public Finding? Against(Signature signature)
    {
        if (Fault is not null)
            return Fault;
        string word = signature.Algorithm.Word();
        if (type != signature.Algorithm.KeyType())
            return OurEvidence.DkimKeyTypeOther.Say(type, word);
        if (hashes.Length > 0 && !hashes.Contains(word[(word.IndexOf('-', StringComparison.Ordinal) + 1)..]))
            return OurEvidence.DkimKeyHashes.Say(SignatureReader.Cut(string.Join(':', hashes)), word);
        if (services.Length > 0 && !services.Contains("email") && !services.Contains("*"))
            return OurEvidence.DkimKeyServices.Say(SignatureReader.Cut(string.Join(':', services)));
        // RFC 6376 §3.6.1: with t=s the domain of i= is that of d=, without subdomain.
        string identity = signature.Identity[(signature.Identity.LastIndexOf('@') + 1)..];
        if (flags.Contains("s") && identity.Length > 0 && !identity.Equals(signature.Domain, StringComparison.OrdinalIgnoreCase))
            return OurEvidence.DkimKeyStrict.Say(SignatureReader.Cut(signature.Identity), signature.Domain);
        return Key!.Bits > PublicKey.MostBits ? OurEvidence.DkimKeyLong.Say(Key.Bits, PublicKey.MostBits) : null;
    }

    private static string[] List(string? value) => value?.Split(':', StringSplitOptions.TrimEntries) ?? [];

    private Finding? Check(TagList tags)
    {
        var reader = new SignatureReader(tags);
        string? key = reader.Required("p");
        if (tags["v"] is { } version && (version != "DKIM1" || tags.First != "v"))
            reader.AddFault(OurEvidence.DkimKeyVersion.Say(SignatureReader.Cut(version)));
        if (type is not ("rsa" or "ed25519"))
            reader.AddFault(OurEvidence.DkimKeyTypeUnknown.Say(SignatureReader.Cut(type)));
        if (key.Length == 0)
            reader.AddFault(OurEvidence.DkimKeyRevoked.Say());
        if (reader.Fault is not null)
            return reader.Fault;
        if (SignatureReader.ReadBase64(key) is not { } octets)
            return OurEvidence.DkimTagWrong.Say("p", SignatureReader.Cut(key));
        Key = PublicKey.Read(type, octets);
        return Key is null ? OurEvidence.DkimKeyNotKey.Say(type) : null;
    }
}
