namespace Gatepost.Replies.Matching;

/// <summary>A pattern and what it says when it is found.</summary>
internal sealed class Phrase
{
    public required Pattern Pattern { get; init; }

    public required ReplyEntry Entry { get; init; }

    public required Basis Basis { get; init; }

    /// <summary>How much it says beside others; see <see cref="Match.Weight"/>.</summary>
    public required int Weight { get; init; }

    /// <summary>Index of the reason in <see cref="Reason.All"/>; one beyond for no refusal; -1 where the words mean nothing and hide others inside them.</summary>
    public required int ReasonIndex { get; init; }

    /// <summary>Only with this code.</summary>
    public int? Code { get; init; }

    /// <summary>Only with this status.</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>Only with this first digit, where the text has a code or status; 0 for any.</summary>
    public int Class { get; init; }

    /// <summary>Whose wording it is, -1 for nobody's in particular.</summary>
    public int Provider { get; init; } = -1;

    /// <summary>Only where the provider is known by its host name or its marks: the words alone mean something else elsewhere.</summary>
    public bool NeedsProvider { get; init; }

    /// <summary>The words only tell who speaks.</summary>
    public bool IsMark { get; init; }

    public bool Fits(int? code, EnhancedStatus? status)
    {
        if (Basis == Basis.Own)
            return FitsOwn(code, status);
        if ((Code is not null && Code != code) || (Status is not null && Status != status))
            return false;
        int first = status?.Class ?? (code is { } known ? known / 100 : 0);
        return Class == 0 || first == 0 || Class == first;
    }

    /// <summary>Our own words are ours only under their own code and status; a condition may come without both.</summary>
    private bool FitsOwn(int? code, EnhancedStatus? status)
    {
        if (code is null && status is null)
            return Entry.Kind == EntryKind.Condition || Pattern.LiteralLength >= 20;
        if (code is { } said && said != Code)
            return false;
        return status is null ? code is not null && (Status is null || Pattern.LiteralLength >= 20) : status == Status;
    }
}
