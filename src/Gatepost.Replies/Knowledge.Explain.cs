namespace Gatepost.Replies;

public sealed partial class Knowledge
{
    /// <summary>The entry for a text whose code and status were read elsewhere. No allocation.</summary>
    /// <param name="words">A reply without its code, a sentence or a paragraph, in any of the languages servers speak.</param>
    /// <param name="code">The basic code, if one is known.</param>
    /// <param name="status">The enhanced status, if one is known.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    public Match Match(ReadOnlySpan<char> words, int? code = null, EnhancedStatus? status = null, string? remoteHost = null)
    {
        var entry = status is { } known ? StatusCodes.Find(known) : null;
        entry ??= code is { } number ? BasicCodes.Find(number) : null;
        return new Match(entry ?? ReplyCatalogue.Unrecognised, entry is null ? Basis.Unknown : entry.Kind == EntryKind.Status ? Basis.Status : Basis.Code, 0, 0, 0);
    }

    /// <summary>Explains one reply, one line of a log or transcript, or the prose of a notice.</summary>
    /// <param name="text">Of any length and from anybody; time and memory grow no faster than its length.</param>
    /// <param name="hints">What is known beside it.</param>
    public Explanation Explain(string text, ExplainHints? hints = null)
    {
        var status = EnhancedStatus.TryParse(text, out var only) ? only : hints?.Status;
        int? code = text.Length >= 3 && int.TryParse(text.AsSpan(0, 3), out int read) ? read : hints?.Code;
        var entry = status is { } known ? StatusCodes.Find(known) : null;
        entry ??= code is { } number ? BasicCodes.Find(number) : null;
        entry ??= ReplyCatalogue.Unrecognised;
        return new Explanation(this)
        {
            Entry = entry,
            Reason = entry.Reason,
            Basis = entry.Kind switch { EntryKind.Status => Basis.Status, EntryKind.Basic => Basis.Code, _ => Basis.Unknown },
            Confidence = Confidence.Low,
            Evidence = new Evidence(0, text),
            Code = code,
            Status = status,
        };
    }
}
