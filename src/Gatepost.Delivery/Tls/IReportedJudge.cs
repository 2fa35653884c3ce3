using Gatepost.Replies;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>A judge that remembers what was wrong with the certificate it saw last. One for each attempt and host.</summary>
internal interface IReportedJudge : ICertificateJudge
{
    /// <summary>Null if nothing was.</summary>
    Finding? Fault { get; }
}
