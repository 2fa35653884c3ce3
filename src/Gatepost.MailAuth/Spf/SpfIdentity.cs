namespace Gatepost.MailAuth.Spf;

/// <summary>Whose domain was checked.</summary>
public enum SpfIdentity
{
    MailFrom,

    /// <summary>The name the client greeted with, as for bounces.</summary>
    Helo,
}

/// <summary>The words for <see cref="SpfIdentity"/>.</summary>
public static class SpfIdentityWords
{
    /// <summary>As in Authentication-Results: <c>smtp.mailfrom</c>, <c>smtp.helo</c> (RFC 8601 §2.7.2).</summary>
    public static string Property(this SpfIdentity identity) => identity == SpfIdentity.Helo ? "smtp.helo" : "smtp.mailfrom";
}
