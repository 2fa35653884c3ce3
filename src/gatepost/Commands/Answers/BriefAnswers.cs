using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Commands.Answers;

/// <summary>One line for each recipient: <c>file: recipient: sentence (word, codes)</c>.</summary>
internal sealed class BriefAnswers(TextWriter output, AnswerTexts texts) : IAnswerWriter
{
    public void Begin()
    {
    }

    public void End()
    {
    }

    public void Write(DocumentReport document)
    {
        string file = document.File is { } name ? Harmless.Text(name) + (document.Message is { } number ? $"#{number}" : "") + ": " : "";
        if (document.Error is { } error)
            output.WriteLine(file + Harmless.Text(error));
        else if (document.Note is not null)
            output.WriteLine(file + Harmless.Text(string.Join(" ", NoteAnswers.Lines(document, texts).Take(1))));
        else if (document.Reports.Count == 0)
            output.WriteLine(file + (document.Kind == DocumentKind.OrdinaryMail ? texts.NotABounce : texts.Nothing));

        foreach (var report in document.Enclosed.Count > 0 ? document.Enclosed : document.Reports)
        {
            string recipient = report.Recipient is { } to ? Harmless.Text(to) + ": " : "";
            string codes = string.Join(' ', new[] { report.Reason.Word, report.ReplyCode?.ToString(System.Globalization.CultureInfo.InvariantCulture), report.EnhancedStatus?.ToString() }.Where(part => part is not null));
            string meaning = report.Reason == Reason.AutoReply ? texts.AutoReply : report.Meaning(texts.Language);
            output.WriteLine($"{file}{recipient}{Harmless.Text(meaning)} ({codes})");
        }
    }
}
