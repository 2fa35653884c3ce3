namespace Gatepost.Replies.Matching;

/// <summary>A pattern and what it says when it is found.</summary>
internal sealed class Phrase : Wording
{
    public required Pattern Pattern { get; init; }

    /// <summary>Only with this code; 0 for only without one.</summary>
    public int? Code { get; init; }

    /// <summary>Only with this status.</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>Whose wording it is, -1 if many providers use it.</summary>
    public int Provider { get; init; } = -1;

    /// <summary>Only where the provider is known by its host name or its marks: the words alone mean something else elsewhere.</summary>
    public bool NeedsProvider { get; init; }

    /// <summary>A condition of our own client, which never had a code on the wire.</summary>
    public bool IsCondition { get; init; }

    /// <summary>The words only show who speaks.</summary>
    public bool IsMark { get; init; }

    public bool Fits(int? code, EnhancedStatus? status)
    {
        if (Basis == Basis.Own)
            return FitsOwn(code, status);
        if ((Code is not null && Code != (code ?? 0)) || (Status is not null && Status != status))
            return false;
        int first = status?.Class ?? (code is { } known ? known / 100 : 0);
        return Class == 0 || first == 0 || Class == first;
    }

    /// <summary>Our own words are ours only under their own code and status; a condition may come without both.</summary>
    private bool FitsOwn(int? code, EnhancedStatus? status)
    {
        if (code is null && status is null)
            return IsCondition || Pattern.LiteralLength >= 20;
        if (code is { } said && said != Code)
            return false;
        return status is null ? code is not null && (Status is null || Pattern.LiteralLength >= 20) : status == Status;
    }
}
