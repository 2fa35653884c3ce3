using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Gatepost.Delivery.Http;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using MimeKit;

namespace Gatepost.Reporting;

/// <summary>Sends one report to one destination: as a mail through our own queue, where it is signed, or by HTTPS.</summary>
internal sealed class ReportSending
{
    private const int MostAnswer = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public required Func<string> HostName { get; init; }

    /// <summary>The address that reports are from.</summary>
    public required Func<string> From { get; init; }

    public required Func<Texts> Texts { get; init; }

    public required GuardedHttp Http { get; init; }

    /// <summary>Takes a message as from a program of this machine.</summary>
    public required Func<LocalMessage, CancellationToken, Task<Submitted>> SubmitAsync { get; init; }

    /// <returns>Why it could not be sent; null if it is on its way.</returns>
    public async Task<Finding?> SendAsync(
        ReportTarget target, ReportForm form, ReportDay day, string id, ReadOnlyMemory<byte> packed, CancellationToken cancel)
    {
        // As base64, which is what its limit counts.
        long encoded = ((packed.Length + 2) / 3 * 4) + (packed.Length / 57 * 2);
        if (target.MostOctets < encoded)
            return OurEvidence.ReportTooLarge.Say(target.Uri, encoded, target.MostOctets.Value);
        return target.IsWeb ? await PostAsync(target, form, packed, cancel) : await MailAsync(target, form, day, id, packed, cancel);
    }

    public static byte[] Pack(byte[] report)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(report);
        return packed.ToArray();
    }

    private async Task<Finding?> PostAsync(ReportTarget target, ReportForm form, ReadOnlyMemory<byte> packed, CancellationToken cancel)
    {
        using var client = Http.MakeClient(Patience, MostAnswer);
        using var content = new ReadOnlyMemoryContent(packed);
        content.Headers.ContentType = new MediaTypeHeaderValue(form.MediaType);
        try
        {
            using var answer = await client.PostAsync(new Uri(target.Uri), content, cancel);
            return answer.IsSuccessStatusCode ? null : OurEvidence.StsHttpStatus.Say((int)answer.StatusCode);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return OurEvidence.StsTimedOut.Say((int)Patience.TotalSeconds);
        }
        catch (Exception failure) when (failure is HttpRequestException or UriFormatException)
        {
            return OurEvidence.Quoted.Say(failure.InnerException?.Message ?? failure.Message);
        }
    }

    private async Task<Finding?> MailAsync(
        ReportTarget target, ReportForm form, ReportDay day, string id, ReadOnlyMemory<byte> packed, CancellationToken cancel)
    {
        using var octets = new MemoryStream();
        using (var message = Compose(target, form, day, id, packed))
            await message.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, octets, cancel);
        octets.Position = 0;
        // No bounce about a report: it would only be one more mail for the postmaster.
        var request = new SubmitRequest(From(), [target.Uri]) { Notify = DsnNotify.Never };
        var submitted = await SubmitAsync(new LocalMessage(request, null, PipeReader.Create(octets)), cancel);
        return submitted.Outcome == SubmitOutcome.Kept ? null : OurEvidence.Quoted.Say(submitted.Reply);
    }

    private MimeMessage Compose(ReportTarget target, ReportForm form, ReportDay day, string id, ReadOnlyMemory<byte> packed)
    {
        var attachment = new MimePart(ContentType.Parse(form.MediaType))
        {
            Content = new MimeContent(new MemoryStream(packed.ToArray(), writable: false)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = form.FileName,
        };
        string text = Texts().Say(
            form.ReportType is null ? "reports.dmarc-text" : "reports.tls-text",
            ("domain", day.Domain), ("host", HostName()), ("day", day.Date));
        var body = form.ReportType is { } type ? new MultipartReport(type) : new Multipart("mixed");
        body.Add(new TextPart("plain") { Text = text + "\n" });
        body.Add(attachment);
        var message = new MimeMessage
        {
            Subject = $"Report Domain: {day.Domain} Submitter: {HostName()} Report-ID: <{id}@{HostName()}>",
            Body = body,
            MessageId = $"{id}@{HostName()}",
        };
        message.From.Add(new MailboxAddress("Gatepost", From()));
        message.To.Add(MailboxAddress.Parse(target.Uri));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        foreach (var (name, value) in form.Fields)
            message.Headers.Add(name, value);
        return message;
    }
}
