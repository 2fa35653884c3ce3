using System.Collections.Frozen;
using Gatepost.Replies;

namespace Gatepost.Acme.Protocol;

/// <summary>What each kind of problem means and who must act: RFC 8555 §6.7, RFC 8739, RFC 9115, RFC 9773.</summary>
internal static class ProblemWords
{
    private static readonly FrozenDictionary<string, EvidenceEntry<string>> Known = new Dictionary<string, EvidenceEntry<string>>
    {
        [AcmeProblem.NoAccount] = OurEvidence.AcmeAccountDoesNotExist,
        ["alreadyReplaced"] = OurEvidence.AcmeAlreadyReplaced,
        ["alreadyRevoked"] = OurEvidence.AcmeAlreadyRevoked,
        ["autoRenewalCanceled"] = OurEvidence.AcmeAutoRenewalOver,
        ["autoRenewalExpired"] = OurEvidence.AcmeAutoRenewalOver,
        ["autoRenewalCancellationInvalid"] = OurEvidence.AcmeAutoRenewalOver,
        ["autoRenewalRevocationNotSupported"] = OurEvidence.AcmeAutoRenewalOver,
        ["badCSR"] = OurEvidence.AcmeBadRequest,
        [AcmeProblem.BadNonce] = OurEvidence.AcmeBadNonce,
        ["badPublicKey"] = OurEvidence.AcmeBadPublicKey,
        ["badRevocationReason"] = OurEvidence.AcmeBadRevocationReason,
        ["badSignatureAlgorithm"] = OurEvidence.AcmeBadSignatureAlgorithm,
        ["caa"] = OurEvidence.AcmeCaa,
        ["compound"] = OurEvidence.AcmeCompound,
        ["connection"] = OurEvidence.AcmeConnectionFailed,
        ["dns"] = OurEvidence.AcmeDns,
        ["externalAccountRequired"] = OurEvidence.AcmeExternalAccountRequired,
        ["incorrectResponse"] = OurEvidence.AcmeIncorrectResponse,
        ["invalidContact"] = OurEvidence.AcmeInvalidContact,
        ["invalidProfile"] = OurEvidence.AcmeInvalidProfile,
        ["malformed"] = OurEvidence.AcmeMalformed,
        ["orderNotReady"] = OurEvidence.AcmeOrderNotReady,
        [AcmeProblem.RateLimited] = OurEvidence.AcmeRateLimited,
        ["rejectedIdentifier"] = OurEvidence.AcmeRejectedName,
        ["serverInternal"] = OurEvidence.AcmeServerInternal,
        ["tls"] = OurEvidence.AcmeTls,
        ["unauthorized"] = OurEvidence.AcmeUnauthorized,
        ["unknownDelegation"] = OurEvidence.AcmeUnknownDelegation,
        ["unsupportedContact"] = OurEvidence.AcmeUnsupportedContact,
        ["unsupportedIdentifier"] = OurEvidence.AcmeUnsupportedName,
        ["userActionRequired"] = OurEvidence.AcmeUserActionRequired,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="name">The last part of the URN.</param>
    /// <returns>Null for one that this version does not know.</returns>
    public static EvidenceEntry<string>? Find(string name) => Known.GetValueOrDefault(name);
}
