using Gatepost.Configuration;
using Gatepost.Delivery.Http;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Reporting;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>What counts for reports, and what sends them, put together for the running server.</summary>
internal sealed class ReportParts
{
    private readonly IStateLog state;
    private readonly TimeProvider time;
    private readonly Func<string> hostName, from;

    /// <param name="settings">The configuration in force.</param>
    /// <param name="directory">For the domain of the sender.</param>
    /// <param name="version">Ours.</param>
    public ReportParts(
        IStateLog state, IResolver dns, TimeProvider time, Func<Settings> settings, Func<IDirectory> directory, string version)
    {
        (this.state, this.time) = (state, time);
        hostName = () => settings().HostName;
        from = () => settings().Reports.From ?? $"postmaster@{directory().DefaultDomain ?? settings().HostName}";
        Tls = new TlsReportKind(state, dns, time) { Options = () => settings().Reports, HostName = hostName, From = from };
        Dmarc = new DmarcReportKind(state, dns, time)
        {
            Options = () => settings().Reports,
            HostName = hostName,
            From = from,
            Version = version,
        };
    }

    public TlsReportKind Tls { get; }

    public DmarcReportKind Dmarc { get; }

    /// <param name="submit">Takes a message as from a program of this machine.</param>
    public DailyReports Make(
        GuardedHttp http, Func<LocalMessage, CancellationToken, Task<Submitted>> submit, Func<Texts> texts, Action<Finding> report)
    {
        var sending = new ReportSending
        {
            HostName = hostName,
            From = from,
            Texts = texts,
            Http = http,
            SubmitAsync = submit,
        };
        return new DailyReports([Tls, Dmarc], sending, state, time, hostName, report);
    }
}
