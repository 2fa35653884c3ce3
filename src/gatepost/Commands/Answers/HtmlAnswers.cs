using System.Net;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;

namespace Gatepost.Commands.Answers;

/// <summary>A page to look at or to send on. Everything that came from a document is escaped; nothing is loaded from elsewhere.</summary>
internal sealed class HtmlAnswers(
    TextWriter output, AnswerTexts texts, ReplyDatabase knowledge, IRecords? records = null) : IAnswerWriter
{
    public void Begin() => output.WriteLine($$"""
        <!DOCTYPE html>
        <html lang="{{texts.Language.Code()}}">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>gatepost explain</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
          article { border-left: .3rem solid #999; padding: .1rem 1rem; margin: 2rem 0 }
          .hard { border-color: #b3261e } .soft { border-color: #b26a00 } .none { border-color: #2e7d32 }
          h2 { font-size: 1.15rem } dt { font-weight: 600; margin-top: .7rem } dd { margin-left: 0 }
          pre { white-space: pre-wrap; overflow-wrap: anywhere } q { font-style: italic } small { color: #666 }
          @media (prefers-color-scheme: dark) { body { color: #ddd; background: #16181b } small { color: #999 } a { color: #8ab4f8 } }
        </style>
        """);

    public void End() => output.WriteLine("</html>");

    public void Write(DocumentReport document)
    {
        if (document.File is { } file)
            output.WriteLine($"<p><small>{Safe(file)}{(document.Message is { } number ? $" #{number}" : "")}</small></p>");
        if (document.Error is { } error)
            output.WriteLine($"<p>{Safe(error)}</p>");
        else if (document.Note is not null)
            output.WriteLine($"<p>{string.Join("<br>", NoteAnswers.Lines(document, texts).Select(Safe))}</p>");
        else if (document.Reports.Count == 0)
            output.WriteLine($"<p>{Safe(document.Kind == DocumentKind.OrdinaryMail ? texts.NotABounce : texts.Nothing)}</p>");
        foreach (var report in document.Enclosed.Count > 0 ? document.Enclosed : document.Reports)
            Write(report);
    }

    private void Write(Report report)
    {
        string style = report.Permanence switch { Permanence.Hard => "hard", Permanence.Soft => "soft", _ => "none" };
        output.WriteLine($"<article class=\"{style}\">");
        if (report.Recipient is { } recipient)
            output.WriteLine($"<p>{Safe(texts.To(recipient))}</p>");
        output.WriteLine($"<h2>{Safe(report.Reason == Reason.AutoReply ? texts.AutoReply : report.Meaning(texts.Language))}</h2>");
        if (texts.Outcome(report) is { } outcome)
            output.WriteLine($"<p>{Safe(outcome)}</p>");
        output.WriteLine("<dl>");
        if (report.Permanence != Permanence.None)
        {
            Term(texts.WhoActs, Safe(AnswerTexts.Capital(string.Join(", ", AnswerTexts.Parties(report).Select(texts.Party)))));
            Term(texts.TryAgain, Safe(AnswerTexts.Capital(texts.Retry(report))));
        }

        WriteSteps(report);
        if (report.HelpUrl is { } help && Uri.TryCreate(help, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
            Term(texts.Help, $"<a href=\"{Safe(help)}\" rel=\"noreferrer\">{Safe(help)}</a>");
        var quotations = report.Evidence.DistinctBy(quotation => quotation.Text).Take(4)
            .Select(quotation => $"<q>{Safe(quotation.Text)}</q> <small>({Safe(texts.Place(quotation))})</small>");
        Term(
            texts.ReadFrom, string.Join(
                "<br>", quotations.Append($"<small>{Safe(AnswerTexts.Capital(texts.Sureness(report)))}</small>")));
        string codes = string.Join(
            "<br>", CodeMeanings.Of(report, knowledge, texts).Select(code => $"<b>{Safe(code.Code)}</b> {Safe(code.Meaning)}"));
        if (report.NumberMisleads)
            codes += $"<br><small>{Safe(texts.WrongNumber)}</small>";
        if (codes.Length > 0)
            Term(texts.Codes, codes);
        output.WriteLine("</dl>");
        WriteRecord(report);
        output.WriteLine("</article>");
    }

    private void WriteRecord(Report report)
    {
        if ((records is null ? report.VerdictId ?? report.QueueId : records.KeyOf(report)) is not { } key)
            return;
        using var record = new StringWriter();
        records?.Write(report, record, isTerminal: false);
        bool isHere = record.GetStringBuilder().Length > 0;
        output.WriteLine($"<p>{Safe(isHere ? texts.RecordHere(key) : texts.OurRecord(key))}</p>");
        if (isHere)
            output.WriteLine($"<pre>{WebUtility.HtmlEncode(record.ToString())}</pre>");
    }

    private void WriteSteps(Report report)
    {
        var steps = report.Steps(texts.Language);
        if (steps.Count == 0)
            return;
        output.WriteLine($"<dt>{Safe(texts.WhatToDo)}</dt><dd>");
        foreach (var party in steps.GroupBy(step => step.Who))
        {
            output.WriteLine($"{Safe(AnswerTexts.Capital(texts.Party(party.Key)))}<ol>");
            foreach (var step in party)
                output.WriteLine($"<li>{Safe(step.What)}</li>");
            output.WriteLine("</ol>");
        }

        output.WriteLine("</dd>");
    }

    private void Term(string term, string html) => output.WriteLine($"<dt>{Safe(term)}</dt><dd>{html}</dd>");

    private static string Safe(string text) => WebUtility.HtmlEncode(SafeText.Of(text, AnswerTexts.MaxLength));
}
