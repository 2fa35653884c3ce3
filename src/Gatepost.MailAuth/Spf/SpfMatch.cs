namespace Gatepost.MailAuth.Spf;

/// <summary>How a mechanism ended.</summary>
internal enum SpfMatch
{
    No,
    Yes,
    TempError,
    PermError,
}
