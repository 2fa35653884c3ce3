using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands.Answers;

/// <summary>Prints a dialect file to be completed by a person: nothing is learnt by itself.</summary>
internal static class DialectProposal
{
    public static int Propose(DocumentSource source, string[] files, TextWriter output, TextWriter errors)
    {
        var proposals = Proposal.From(source.Read(files).SelectMany(document => Tell(document, errors)));
        output.WriteLine(
            "# Wordings that gatepost does not know yet, the most frequent first. For each: choose the reason (the list is in "
            + "docs/replies),");
        output.WriteLine(
            "# say in one sentence what it means, in both languages, and delete what is particular to one message from the pattern.");
        output.WriteLine("# Then put the file into the folder dialects/ beside gatepost.toml and try it: gatepost explain 'the text'");
        output.WriteLine("provider = \"\"");
        var hosts = proposals.Select(proposal => proposal.Host).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(10);
        output.WriteLine($"hosts = [{string.Join(", ", hosts.Select(Quote))}]");
        for (int i = 0; i < proposals.Count; i++)
            Write(output, proposals[i], i + 1);
        return source.Failures > 0 ? ExitCode.NoInput : proposals.Count > 0 ? ExitCode.Done : ExitCode.Nothing;
    }

    private static IEnumerable<Report> Tell(DocumentReport document, TextWriter errors)
    {
        if (document.Error is { } error)
            errors.WriteLine($"gatepost: {SafeText.Of(document.File, AnswerTexts.MaxLength)}: {SafeText.Of(error, AnswerTexts.MaxLength)}");
        return document.Reports;
    }

    private static void Write(TextWriter output, Proposal proposal, int number)
    {
        output.WriteLine();
        output.WriteLine(
            $"# met {proposal.Count} times{(proposal.Host is { } host ? $", said by {SafeText.Of(host, AnswerTexts.MaxLength)}" : "")}; "
            + $"status and code alone say: {proposal.Guess.Word}");
        output.WriteLine("[[reply]]");
        output.WriteLine($"id = \"learnt-{number}\"");
        output.WriteLine($"patterns = [{Quote(proposal.Pattern)}]");
        output.WriteLine($"reason = {Quote(proposal.Guess.Word)}");
        output.WriteLine("examples = [");
        foreach (string example in proposal.Examples)
            output.WriteLine($"  {Quote(example)},");
        output.WriteLine("]");
        output.WriteLine("en = \"\"");
        output.WriteLine("ru = \"\"");
    }

    /// <summary>A basic string of TOML; what could break out of it or of a terminal is replaced before.</summary>
    private static string Quote(string text) => "\"" + SafeText.Of(text, AnswerTexts.MaxLength).ToString()
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
