using System.Collections.Concurrent;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Tests.Delivery;
using Gatepost.Tests.Policy;
using Gatepost.Web.Control;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>An alarm reaches people by mail and by their own program, and so does its end.</summary>
public sealed class AlarmNoticeTests
{
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly ConcurrentQueue<(string To, string Subject, string Text)> mails = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_postmaster_gets_a_mail_when_it_begins_and_when_it_is_over_and_not_each_minute()
    {
        var alarms = new Alarms(null, time);
        await using var notices = Notices(alarms, new AlarmSettings());

        alarms.Raise("dns-lies", OurEvidence.ResolverInvents.Say());
        await MailsAsync(1);
        alarms.Clear("dns-lies");
        await MailsAsync(2);
        time.Advance(TimeSpan.FromMinutes(5));
        alarms.Raise("dns-lies", OurEvidence.ResolverInvents.Say());
        alarms.Clear("dns-lies");
        alarms.Raise("other", OurEvidence.ResolverDenies.Say("a.root-servers.net"));
        await MailsAsync(3);

        Assert.Equal(
            ["Alarm at mx.host.example: dns-lies", "Over at mx.host.example: dns-lies", "Alarm at mx.host.example: other"],
            mails.Select(mail => mail.Subject));
        Assert.All(mails, mail => Assert.Equal("postmaster@host.example", mail.To));
        Assert.Contains("a.root-servers.net", mails.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_is_run_with_the_key_and_the_text()
    {
        using var folder = new TempFolder();
        string hook = Path.Combine(folder.Path, "hook"), told = Path.Combine(folder.Path, "told");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\necho \"$@ $(cat)\" >> {told}\n", Cancel);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var alarms = new Alarms(null, time);
        await using var notices = Notices(alarms, new AlarmSettings { Hook = hook, Mail = false });

        alarms.Raise("other", OurEvidence.ResolverDenies.Say("a.root-servers.net"));
        alarms.Clear("other");

        for (int i = 0; i < 200 && !(File.Exists(told) && File.ReadAllLines(told).Length == 2); i++)
            await Task.Delay(50, Cancel);
        string[] lines = await File.ReadAllLinesAsync(told, Cancel);
        Assert.StartsWith("raised other the resolver denies a.root-servers.net", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("over other ", lines[1], StringComparison.Ordinal);
        Assert.Empty(mails);
    }

    private async Task MailsAsync(int count)
    {
        for (int i = 0; i < 200 && mails.Count < count; i++)
            await Task.Delay(25, Cancel);
        Assert.Equal(count, mails.Count);
    }

    private AlarmNotices Notices(Alarms alarms, AlarmSettings settings)
    {
        var whole = SettingsReader.Load(null, new Overrides("/nowhere")) with { HostName = "mx.host.example", Alarms = settings };
        var notices = new AlarmNotices(alarms, time)
        {
            Settings = () => whole,
            Directory = () => TestDirectory.Directory(),
            Texts = () => Texts.English,
            SubmitAsync = TakeAsync,
            Report = problem => mails.Enqueue(("", "", problem.ToString())),
        };
        notices.Start();
        return notices;
    }

    private async Task<Submitted> TakeAsync(LocalMessage message, CancellationToken cancel)
    {
        var mail = await MimeMessage.LoadAsync(message.Body.AsStream(), cancel);
        mails.Enqueue((Assert.Single(message.Request.Recipients), mail.Subject ?? "", mail.TextBody ?? ""));
        Assert.Equal("", message.Request.Sender);
        return new Submitted(SubmitOutcome.Kept, "Q1", "250 2.0.0 Ok", []);
    }
}
