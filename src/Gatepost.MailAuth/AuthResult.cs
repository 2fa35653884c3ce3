namespace Gatepost.MailAuth;

/// <summary>How a check of authentication ended, in the words of RFC 8601 §2.7. Not every method uses every word.</summary>
public enum AuthResult
{
    /// <summary>There was nothing to check: no signature, no record.</summary>
    None,

    /// <summary>The domain says nothing either way.</summary>
    Neutral,

    Pass,

    Fail,

    /// <summary>SPF only: probably not authorized.</summary>
    SoftFail,

    /// <summary>It holds, but this server does not accept it for a reason of its own.</summary>
    Policy,

    /// <summary>Nothing was learnt, as when DNS did not answer. Another try may end otherwise.</summary>
    TempError,

    /// <summary>It cannot be checked until the domain repairs it.</summary>
    PermError,
}

/// <summary>The words for <see cref="AuthResult"/>.</summary>
public static class AuthResultWords
{
    /// <summary>As written in Authentication-Results: <c>pass</c>, <c>temperror</c>.</summary>
    public static string Word(this AuthResult result) => result switch
    {
        AuthResult.None => "none",
        AuthResult.Neutral => "neutral",
        AuthResult.Pass => "pass",
        AuthResult.Fail => "fail",
        AuthResult.SoftFail => "softfail",
        AuthResult.Policy => "policy",
        AuthResult.TempError => "temperror",
        _ => "permerror",
    };
}
