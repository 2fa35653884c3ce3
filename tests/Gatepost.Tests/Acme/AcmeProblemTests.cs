using Gatepost.Acme.Protocol;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Acme;

/// <summary>Every kind of problem is explained: what it means, who must act.</summary>
public sealed class AcmeProblemTests
{
    /// <summary>RFC 8555 §6.7, and the registry it opened.</summary>
    public static TheoryData<string> Kinds => [.. """
        accountDoesNotExist alreadyRevoked badCSR badNonce badPublicKey badRevocationReason badSignatureAlgorithm caa compound connection
        dns externalAccountRequired incorrectResponse invalidContact malformed orderNotReady rateLimited rejectedIdentifier serverInternal
        tls unauthorized unsupportedContact unsupportedIdentifier userActionRequired autoRenewalCanceled autoRenewalExpired
        autoRenewalCancellationInvalid autoRenewalRevocationNotSupported unknownDelegation alreadyReplaced invalidProfile
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_has_words_that_say_who_acts_and_quote_the_authority(string kind)
    {
        var finding = new AcmeProblem { Type = "urn:ietf:params:acme:error:" + kind, Detail = "for a reason" }.ToFinding();
        Assert.NotEqual("acme-problem-unknown", finding.Id);
        string english = finding.ToString();
        Assert.Contains("(for a reason)", english, StringComparison.Ordinal);
        if (kind != "compound")
            Assert.Matches("administrator|nothing needs to be done|who keeps the DNS zone|report it", english);
    }

    [Fact]
    public void Each_name_of_an_order_gets_its_own_reason_and_an_unknown_kind_is_quoted()
    {
        var problem = new AcmeProblem
        {
            Type = "urn:ietf:params:acme:error:compound",
            Subproblems =
            [
                new() { Type = "urn:ietf:params:acme:error:caa", Detail = "no", Identifier = AcmeIdentifier.OfName("a.example") },
                new() { Type = "https://authority.example/odd", Detail = "\u001b[31mred", Identifier = AcmeIdentifier.OfName("b.example") },
            ],
        };
        string text = problem.ToFinding().ToString();
        Assert.Matches("^a.example: a CAA record .*; b.example: the authority rejects it as https://authority.example/odd: .*red$", text);
        Assert.DoesNotContain('\u001b', text);
    }
}
