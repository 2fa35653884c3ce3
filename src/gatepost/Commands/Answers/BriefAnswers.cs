using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Web.Control;

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
        string file = document.File is { } name ? SafeText.Of(name, AnswerTexts.MaxLength)
            + (document.Message is { } number ? $"#{number}" : "") + ": " : "";
        if (document.Error is { } error)
            output.WriteLine(file + SafeText.Of(error, AnswerTexts.MaxLength));
        else if (document.Note is not null)
            output.WriteLine(file + SafeText.Of(string.Join(" ", NoteAnswers.Lines(document, texts).Take(1)), AnswerTexts.MaxLength));
        else if (document.Reports.Count == 0)
            output.WriteLine(file + (document.Kind == DocumentKind.OrdinaryMail ? texts.NotABounce : texts.Nothing));

        foreach (var report in document.Enclosed.Count > 0 ? document.Enclosed : document.Reports)
        {
            string recipient = report.Recipient is { } to ? SafeText.Of(to, AnswerTexts.MaxLength) + ": " : "";
            string codes =
                string.Join(
                    ' ', new[] { report.Reason.Word, report.ReplyCode?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        report.EnhancedStatus?.ToString() }.Where(part => part is not null));
            string meaning = report.Reason == Reason.AutoReply ? texts.AutoReply : report.Meaning(texts.Language);
            output.WriteLine($"{file}{recipient}{SafeText.Of(meaning, AnswerTexts.MaxLength)} ({codes})");
        }
    }
}
