namespace Gatepost.Replies;

/// <summary>An exception as one line of evidence: a fault of ours is searched for by its type.</summary>
public static class FailureText
{
    /// <summary><c>InvalidOperationException: Sequence contains no elements</c>.</summary>
    public static string Of(Exception failure) => $"{failure.GetType().Name}: {failure.Message}";
}
