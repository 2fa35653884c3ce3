using Gatepost.MailAuth.Dkim;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Arc;

/// <summary>The three fields of one instance.</summary>
internal sealed record ArcSet(int Instance, HeaderField Results, Signature Message, Signature Seal)
{
    public const string ResultsName = "ARC-Authentication-Results";
    public const string MessageName = "ARC-Message-Signature";
    public const string SealName = "ARC-Seal";

    /// <summary>The set whose fields these are.</summary>
    public static ArcSet Read(int instance, HeaderField results, HeaderField message, HeaderField seal) =>
        new(instance, results, Signature.Read(message, SignatureKind.ArcMessage), Signature.Read(seal, SignatureKind.Seal));

    /// <summary>cv= of the seal.</summary>
    public string? Chain => Seal.Tags["cv"];

    /// <summary>The results behind the instance: <c>mx.example.org; spf=pass ...</c>.</summary>
    public string Payload
    {
        get
        {
            string value = Results.Unfolded(64 * 1024);
            return value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();
        }
    }
}
