namespace Gatepost.Smtp.Server;

/// <summary>Ceilings that no rule and no setting can lift, far above any limit in use.</summary>
/// <remarks>
/// What a message may be is decided by the rules <c>message-too-big</c> and <c>too-many-recipients</c>, which can be switched off, warn
/// only, or exempt a client. These numbers then keep one session from using up the server.
/// </remarks>
internal static class HardLimits
{
    /// <summary>Octets of a message: twice the largest value that can be configured.</summary>
    public const long MaxMessage = 4L * 1024 * 1024 * 1024;

    /// <summary>Recipients of a message: twice the largest value that can be configured.</summary>
    public const int MaxRecipients = 20_000;
}
