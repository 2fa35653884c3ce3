using System.Text.RegularExpressions;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Shops, parcels, lists, monitoring, calendars, people who quote bounces: mail that speaks like a bounce and is none.</summary>
public sealed partial class OrdinaryMailTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Ordinary");

    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void No_ordinary_mail_is_taken_for_a_bounce()
    {
        string[] mails = [.. Lines("mails.tsv")];

        Assert.True(mails.Length >= 150);
        Assert.All(mails, mail =>
            Assert.DoesNotContain(explainer.Read(MessageOf(mail)).Reports, report => report.Reason != Reason.AutoReply));
    }

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Path.Combine(Folder, file)).Where(line => line.Length > 0 && line[0] != '#');

    /// <summary>One line of the file as a message: from, subject, further fields, body.</summary>
    private static string MessageOf(string line)
    {
        string[] cells = line.Split('\t');
        string fields = string.Concat(cells[2].Split("; ;", StringSplitOptions.RemoveEmptyEntries).Select(field => field + "\n"));
        return $"""
            Return-Path: <{Author().Match(cells[0]).Value}>
            Received: from mx ([192.0.2.1]) by mail.example.com with ESMTP; Fri, 27 Nov 2026 10:00:00 +0000
            From: {cells[0]}
            To: ann@example.com
            Subject: {cells[1]}
            Date: Fri, 27 Nov 2026 10:00:00 +0000
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            {fields}
            {cells[3].Replace("\\n", "\n", StringComparison.Ordinal)}

            """;
    }

    [GeneratedRegex(@"[\w.+-]+@[\w.-]+")]
    private static partial Regex Author();
}
