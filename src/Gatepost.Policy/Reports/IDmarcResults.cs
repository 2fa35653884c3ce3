using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Dmarc.Reports;

namespace Gatepost.Policy.Reports;

/// <summary>Takes how DMARC judged a message, for reports to the author's domain. Thread-safe; does not wait.</summary>
public interface IDmarcResults
{
    /// <param name="published">The policy that was applied.</param>
    /// <param name="row">What was found and done.</param>
    void Note(DmarcRecord published, DmarcReportRow row);
}
