namespace Gatepost.Explain;

/// <summary>How sure an explanation is.</summary>
public enum Confidence
{
    /// <summary>A guess by the first digit, or nothing at all.</summary>
    None,

    /// <summary>By the basic code, or by words that leave much open.</summary>
    Low,

    /// <summary>By the enhanced status, or by words that usually mean this.</summary>
    Medium,

    /// <summary>By plain words or a provider's known wording.</summary>
    High,

    /// <summary>Our own reply, word for word.</summary>
    Certain,
}
