namespace Gatepost.Smtp.Server;

/// <summary>When a wait ends, in milliseconds as <see cref="Deadlines.In"/> gives them.</summary>
/// <param name="Usual">As a rule.</param>
/// <param name="UnderStress">While most connections are taken: slow clients must not shut out the others.</param>
internal readonly record struct WaitEnd(long Usual, long UnderStress)
{
    public static implicit operator WaitEnd(long end) => new(end, end);
}
