using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Commands;
using Gatepost.Configuration;
using Gatepost.Control;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Sendmail;

/// <summary>
/// <c>gatepost sendmail</c>, also under the names sendmail, mailq and newaliases: the way by which local programs send mail.
/// </summary>
/// <remarks>
/// Exit status 0 means the message is durable in the running server's queue. Nothing is kept elsewhere: without a server it is EX_TEMPFAIL.
/// </remarks>
internal static class SendmailProgram
{
    /// <summary>Where the packaged configuration has it.</summary>
    private const string PackagedSocket = "/run/gatepost/submit.sock";

    private const string Help = """
        Usage: gatepost sendmail [options] [recipient ...] < message

          -t             Take recipients from To, Cc and Bcc as well; of a message sent again from Resent-To, Resent-Cc, Resent-Bcc.
          -i, -oi        A line with a single dot does not end the message.
          -f ADDRESS     Envelope sender; <> is the null sender. Default: you, at this machine.
          -F NAME        Full name for a From field that is missing.
          -N never | failure,delay,success
                         When to tell the sender what became of it.
          -R hdrs|full   What a bounce returns.
          -V ID          Envelope id that notices quote.
          -bs            Speak SMTP on standard input and output.
          -bp            List the queue.   -bi  Nothing to do, here for old scripts.
          -C FILE        Configuration file.   --data DIR  Data folder.
          A name without @ is one of the first hosted domain, else local-mail-to of the configuration (default: postmaster).
          At most 10,000 recipients in one call.
          Other options of sendmail (-o..., -B, -q, -v, ...) are taken and ignored.

        Exit status: 0 the message is safe in the queue; 64 wrong usage; 65 no usable message; 67 a recipient
        was refused; 69 the server refused; 75 try again later (no server runs, or it is full); 78 configuration.
        """;

    /// <param name="arguments">After <c>sendmail</c>.</param>
    /// <param name="run">Runs another verb of the program, for <c>-bp</c>.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<string[], Task<int>> run, CancellationToken cancel)
    {
        var options = SendmailOptions.Parse(arguments);
        if (options.Problem is { } problem)
            return await FailAsync(ExitCode.Usage, problem);
        if (options.Help)
        {
            Console.Out.WriteLine(Help);
            return ExitCode.Done;
        }

        switch (options.Mode)
        {
            case SendmailMode.NewAliases:
                return ExitCode.Done;
            case SendmailMode.ListQueue:
                string[] place = [.. Place("--config", options.Config), .. Place("--data", options.Data)];
                return await run(["queue", "list", .. place]);
        }

        string socket = SubmitSocket(options);
        await using var server = await ControlClient.FindAsync(socket, cancel);
        if (server is null)
            return await FailAsync(
                ExitCode.TryLater, OurEvidence.NoServerToSend.Say(socket));
        return options.Mode == SendmailMode.SpeakSmtp ? await SpeakAsync(server, cancel) : await SubmitAsync(server, options, cancel);
    }

    /// <summary>
    /// Ordinary users send mail and may read neither the configuration, which has password hashes, nor the keys it names. So the
    /// environment and the packaged place come first, and of a configuration only the path of the socket counts.
    /// </summary>
    private static string SubmitSocket(SendmailOptions options)
    {
        bool saysNothing = options.Config is null && options.Data is null;
        string? named = Environment.GetEnvironmentVariable("GATEPOST_SUBMIT") is { Length: > 0 } variable ? variable : null;
        if (saysNothing && named is not null)
            return named;
        try
        {
            return SettingsReader.Load(options.Config ?? CommandLine.FindConfig(), new Overrides(options.Data)).SubmitSocket;
        }
        catch (ConfigurationException faulty) when (faulty.Readable is { } settings)
        {
            return settings.SubmitSocket;
        }
        catch (Exception denied) when (
            denied is UnauthorizedAccessException or ConfigurationException && (named is not null || File.Exists(PackagedSocket)))
        {
            // A wrapper may name a configuration that its users must not read: the socket is all that is needed of it.
            return named ?? PackagedSocket;
        }
    }

    private static async Task<int> SubmitAsync(ControlClient server, SendmailOptions options, CancellationToken cancel)
    {
        try
        {
            using var message = await MessageInput.ReadAsync(Console.OpenStandardInput(), options.IgnoreDots, cancel);
            Finding? unreadable = null;
            string[] recipients = [
                .. options.Recipients.Concat(options.ReadRecipients ? message.Recipients(out unreadable) : []).Distinct()];
            if (unreadable is not null)
                return await FailAsync(ExitCode.Data, unreadable);
            if (recipients.Length == 0)
                return await FailAsync(ExitCode.Usage, options.ReadRecipients ? OurEvidence.NoRecipientInMessage.Say()
                    : OurEvidence.NoRecipientNamed.Say());

            string sender = options.Sender ?? Environment.UserName;
            string added = await MissingFieldsAsync(server, message, sender, options.FullName, cancel);
            var submitted = await server.SubmitAsync(RequestOf(options, sender, recipients), output =>
                message.WriteAsync(output, added, cancel), cancel);
            return await ReportAsync(submitted);
        }
        catch (UnusableMessageException wrong)
        {
            return await FailAsync(ExitCode.Data, wrong.Why);
        }
        catch (ControlException gone)
        {
            return await FailAsync(ExitCode.TryLater, gone.Why);
        }
    }

    private static SubmitRequest RequestOf(SendmailOptions options, string sender, IReadOnlyList<string> recipients) =>
        new(sender, recipients) { Notify = options.Notify, Return = options.Return, EnvelopeId = options.EnvelopeId };

    /// <summary>The author must be in the message; date and message id are the server's to add.</summary>
    private static async Task<string> MissingFieldsAsync(
        ControlClient server, MessageInput message, string sender, string? fullName, CancellationToken cancel)
    {
        if (message.Has("From"u8))
            return "";
        string host = (await server.StatusAsync(cancel)).HostName;
        string address = sender.Length == 0 ? $"MAILER-DAEMON@{host}" : sender.Contains('@') ? sender : $"{sender}@{host}";
        if (!Smtp.Mailbox.TryParse(address, out _))
            return "";
        if (fullName is null)
            return $"From: {address}\r\n";
        string shown = new([.. fullName.Where(letter => !char.IsControl(letter))]);
        return $"From: {new MimeKit.MailboxAddress(Encoding.UTF8, shown, address).ToString(encode: true)}\r\n";
    }

    private static async Task<int> ReportAsync(Submitted submitted)
    {
        if (submitted.Outcome == SubmitOutcome.Kept)
            return ExitCode.Done;
        foreach (string refused in submitted.Refused)
            await Console.Error.WriteLineAsync($"sendmail: {SafeText.Of(refused)}");
        var hint = submitted.Refused.Count > 0 ? OurEvidence.NothingSentToAnybody.Say() : OurEvidence.Quoted.Say(submitted.Reply);
        return await FailAsync(submitted.Outcome == SubmitOutcome.TryLater ? ExitCode.TryLater : submitted.Refused.Count > 0
            ? ExitCode.NoUser : ExitCode.Unavailable, hint);
    }

    /// <summary>Standard input and output become a connection to one of the server's own ports for local programs.</summary>
    private static async Task<int> SpeakAsync(ControlClient server, CancellationToken cancel)
    {
        var status = await server.StatusAsync(cancel);
        var port = status.Listeners.Select(Loopback).FirstOrDefault(point => point is not null);
        if (port is null)
            return await FailAsync(
                ExitCode.Unavailable, OurEvidence.NoListenerForPrograms.Say());

        using var connection = new TcpClient();
        await connection.ConnectAsync(port, cancel);
        await using var stream = connection.GetStream();
        var input = PipeReader.Create(Console.OpenStandardInput());
        var sending = SendAsync(input, connection, stream, cancel);
        await stream.CopyToAsync(Console.OpenStandardOutput(), cancel);
        return ExitCode.Done;
    }

    private static async Task SendAsync(PipeReader input, TcpClient connection, Stream stream, CancellationToken cancel)
    {
        await input.CopyToAsync(stream, cancel);
        connection.Client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Where a listener that takes mail of local programs can be reached from here; null for others.</summary>
    private static IPEndPoint? Loopback(ServerListener listener)
    {
        if (listener.Role is not ("submission" or "internal") || listener.ImplicitTls
            || !IPEndPoint.TryParse(listener.Address, out var point))
            return null;
        if (IPAddress.IsLoopback(point.Address))
            return point;
        return point.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, point.Port)
            : point.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, point.Port)
            : null;
    }

    private static string[] Place(string option, string? value) => value is null ? [] : [option, value];

    private static async Task<int> FailAsync(int code, Finding message)
    {
        await Console.Error.WriteLineAsync($"sendmail: {SafeText.Of(CommandTexts.OfEnvironment().Show(message))}");
        return code;
    }
}
