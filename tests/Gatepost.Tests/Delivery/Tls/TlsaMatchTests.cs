using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Delivery.Tls;
using Gatepost.Dns;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Delivery.Tls;

/// <summary>Which certificates TLSA records vouch for (RFC 7671, RFC 7672 §3).</summary>
public sealed class TlsaMatchTests
{
    private readonly TestAuthority root = TestAuthority.Root();

    private static TlsaRecord Of(X509Certificate2 certificate, byte usage, byte selector, byte type)
    {
        byte[] data = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new TlsaRecord(
            usage, selector, type, Convert.ToHexStringLower(
                type switch { 0 => data, 1 => SHA256.HashData(data), _ => SHA512.HashData(data) }));
    }

    private static (TlsaRecord? Record, Finding? Why) Find(
        IReadOnlyList<TlsaRecord> records, X509Certificate2 leaf, params X509Certificate2[] sent) =>
        TlsaMatch.Find(records, leaf, [leaf, .. sent], ["mx.example.org", "example.org"], TestAuthority.Now);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void Every_selector_and_matching_type_is_known_for_both_usages(byte selector, byte type)
    {
        var leaf = root.Issue("leaf", names: "mx.example.org").Certificate;
        foreach (var record in (TlsaRecord[])[Of(leaf, 3, selector, type), Of(root.Certificate, 2, selector, type)])
        {
            Assert.Equal(record, Find([record], leaf, root.Certificate).Record);
            Assert.Null(Find([record], TestAuthority.Root("other").Issue("leaf", names: "mx.example.org").Certificate).Record);
        }
    }

    [Fact]
    public void Usage_3_asks_neither_for_name_nor_for_dates()
    {
        var old = root.Issue("old", until: TestAuthority.Now.AddDays(-1), names: "elsewhere.example").Certificate;
        Assert.NotNull(Find([Of(old, 3, 1, 1)], old).Record);
    }

    [Fact]
    public void Usage_2_asks_for_name_dates_and_a_chain_that_holds()
    {
        var middle = root.Issue("middle", isAuthority: true);
        TlsaRecord[] byMiddle = [Of(middle.Certificate, 2, 0, 1)];
        var good = middle.Issue("leaf", names: "mx.example.org").Certificate;
        Assert.NotNull(Find(byMiddle, good, middle.Certificate).Record);
        Assert.NotNull(Find([Of(root.Certificate, 2, 0, 1)], good, middle.Certificate, root.Certificate).Record);
        Assert.NotNull(Find(byMiddle, middle.Issue("leaf", names: "*.example.org").Certificate, middle.Certificate).Record);

        Assert.Contains(
            "for none of these names", Find(byMiddle, middle.Issue("leaf", names: "mx.example.net").Certificate, middle.Certificate)
            .Why!.ToString());
        var old = middle.Issue("leaf", until: TestAuthority.Now.AddDays(-1), names: "mx.example.org").Certificate;
        Assert.Contains("does not hold", Find(byMiddle, old, middle.Certificate).Why!.ToString());
        Assert.Contains(
            "no certificate of the chain", Find(byMiddle, root.Issue("leaf", names: "mx.example.org").Certificate, root.Certificate)
                .Why!.ToString());
    }

    [Fact]
    public void An_anchor_that_did_not_sign_vouches_for_nothing_though_it_is_sent_and_named()
    {
        var middle = root.Issue("middle", isAuthority: true);
        var forger = TestAuthority.Root("forger").Issue("middle", isAuthority: true);
        var forged = forger.Issue("leaf", names: "mx.example.org").Certificate;
        Assert.Null(Find([Of(middle.Certificate, 2, 0, 1)], forged, middle.Certificate, forger.Certificate).Record);
        Assert.Null(Find([Of(middle.Certificate, 2, 0, 1)], forged, middle.Certificate).Record);
        Assert.Null(Find([Of(root.Certificate, 2, 1, 1)], forged, middle.Certificate, root.Certificate).Record);
    }

    [Fact]
    public void An_anchor_that_is_in_DNS_as_a_whole_need_not_be_sent()
    {
        var leaf = root.Issue("leaf", names: "mx.example.org").Certificate;
        Assert.NotNull(Find([Of(root.Certificate, 2, 0, 0)], leaf).Record);
    }

    [Fact]
    public void What_cannot_be_used_is_left_out_and_weaker_digests_do_not_count()
    {
        var leaf = root.Certificate;
        var (weak, strong) = (Of(leaf, 3, 1, 1), Of(leaf, 3, 1, 2));
        TlsaRecord[] useless = [Of(leaf, 1, 0, 1), Of(leaf, 0, 1, 1), weak with { Selector = 2 }, weak with { MatchingType = 3 },
            weak with { Data = "00" }, weak with { Usage = 255 }, weak with { MatchingType = 0, Data = "" }];
        Assert.Empty(new TlsaSet(useless).Usable);
        Assert.Equal([strong], new TlsaSet([weak, strong]).Usable);
        Assert.Equal(2, new TlsaSet([weak, strong with { Selector = 0 }]).Usable.Count);
    }
}
