using System.IO.Pipelines;
using System.Threading.Channels;
using Gatepost.Configuration;
using Gatepost.Hooks;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Web.Control;
using MimeKit;

namespace Gatepost.Composition;

/// <summary>
/// Reports alarms to people: by mail to the postmaster and by the administrator's own program, when one is raised and when it is over.
/// </summary>
/// <remarks>
/// Sent one at a time, in the background: an alarm must never slow mail down. One that cannot be sent is reported in the log.
/// </remarks>
internal sealed class AlarmNotices : IAsyncDisposable
{
    /// <summary>Alarms that wait to be sent; of more than that the first are enough.</summary>
    private const int MostWaiting = 100;

    /// <summary>
    /// Mails in an hour, and the pause between two about the same thing: a filter that comes and goes must not fill a mailbox.
    /// </summary>
    private const int MostAnHour = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private static readonly TimeSpan HookPatience = TimeSpan.FromSeconds(30);

    private readonly Channel<(Alarm Alarm, bool IsOver)> waiting = Channel.CreateBounded<(Alarm, bool)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Dictionary<string, DateTimeOffset> mailed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly Alarms alarms;
    private readonly TimeProvider time;
    private Task sending = Task.CompletedTask;

    public AlarmNotices(Alarms alarms, TimeProvider time)
    {
        (this.alarms, this.time) = (alarms, time);
        alarms.Changed += Note;
    }

    /// <summary>The configuration in force.</summary>
    public required Func<Settings> Settings { get; init; }

    public required Func<IDirectory> Directory { get; init; }

    /// <summary>In the language of the server.</summary>
    public required Func<Texts> Texts { get; init; }

    /// <summary>Takes a message as from a program of this machine.</summary>
    public required Func<LocalMessage, CancellationToken, Task<Submitted>> SubmitAsync { get; init; }

    public required Action<Finding> Report { get; init; }

    /// <summary>Begins to send; alarms raised before have waited.</summary>
    public void Start() => sending = Task.Run(SendAllAsync);

    public async ValueTask DisposeAsync()
    {
        alarms.Changed -= Note;
        waiting.Writer.TryComplete();
        await stopping.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private void Note(Alarm alarm, bool isOver) => waiting.Writer.TryWrite((alarm, isOver));

    private async Task SendAllAsync()
    {
        await foreach (var (alarm, isOver) in waiting.Reader.ReadAllAsync(stopping.Token))
        {
            try
            {
                if (Settings().Alarms.Hook is { } hook)
                    await RunHookAsync(hook, alarm, isOver);
                if (Settings().Alarms.Mail && MayMail(alarm, isOver))
                    await MailAsync(alarm, isOver);
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or OperationCanceledException)
            {
                Report(OurEvidence.AlarmNotSent.Say(alarm.Key, failure.Message));
            }
        }
    }

    /// <summary>Only who got the mail about the beginning gets one about the end.</summary>
    private bool MayMail(Alarm alarm, bool isOver)
    {
        var now = time.GetUtcNow();
        if (isOver)
            return mailed.TryGetValue(alarm.Key, out var at) && at >= alarm.Since;
        foreach (
            string old in mailed.Where(one => now - one.Value > Pause && alarms.On.All(on => on.Key != one.Key)).Select(one => one.Key))
            mailed.Remove(old);
        if (mailed.Values.Count(at => now - at < Pause) >= MostAnHour
            || (mailed.TryGetValue(alarm.Key, out var last) && now - last < Pause))
            return false;
        mailed[alarm.Key] = now;
        return true;
    }

    private async Task MailAsync(Alarm alarm, bool isOver)
    {
        if ((Settings().LocalMailTo ?? (Directory().DefaultDomain is { } domain ? $"postmaster@{domain}" : null)) is not { } to)
            return;

        var (texts, host) = (Texts(), Settings().HostName);
        var message = new MimeMessage
        {
            Subject = texts.Say(isOver ? "alarm.over-subject" : "alarm.subject", ("key", alarm.Key), ("host", host)),
            Body = new TextPart("plain") { Text = Body(texts, alarm, isOver) },
        };
        message.From.Add(new MailboxAddress("Gatepost", $"postmaster@{host}"));
        message.To.Add(MailboxAddress.Parse(to));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var octets = new MemoryStream();
        await message.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, octets, stopping.Token);
        octets.Position = 0;
        // The null sender: a mail about a failure must not cause another.
        var submitted = await SubmitAsync(new LocalMessage(new SubmitRequest("", [to]), null, PipeReader.Create(octets)), stopping.Token);
        if (submitted.Outcome != SubmitOutcome.Kept)
            Report(OurEvidence.AlarmNotSent.Say(alarm.Key, submitted.Reply));
    }

    private static string Body(Texts texts, Alarm alarm, bool isOver) =>
        $"{alarm.Text.In(texts)}\n\n"
        + texts.Say("alarm.since", ("since", $"{alarm.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")) + "\n"
        + texts.Say(isOver ? "alarm.is-over" : "alarm.look") + "\n";

    /// <summary><c>PROGRAM raised|over KEY</c>, the text on standard input.</summary>
    private async Task RunHookAsync(string hook, Alarm alarm, bool isOver)
    {
        if (await HookProgram.RunAsync(
            hook, [isOver ? "over" : "raised", alarm.Key], alarm.Text.In(Texts())
                + "\n", HookPatience, time, stopping.Token) is { } failure)
            Report(OurEvidence.AlarmNotSent.Say(alarm.Key, failure));
    }
}
