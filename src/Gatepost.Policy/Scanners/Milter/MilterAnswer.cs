namespace Gatepost.Policy.Scanners.Milter;

/// <summary>What a filter says to us.</summary>
internal static class MilterAnswer
{
    public const byte Continue = (byte)'c';
    public const byte Accept = (byte)'a';
    public const byte Reject = (byte)'r';
    public const byte TempFail = (byte)'t';
    public const byte Discard = (byte)'d';
    public const byte ReplyCode = (byte)'y';
    public const byte Skip = (byte)'s';
    public const byte Progress = (byte)'p';
    public const byte ConnectionFailed = (byte)'f';
    public const byte Shutdown = (byte)'4';
    public const byte AddHeader = (byte)'h';
    public const byte InsertHeader = (byte)'i';
    public const byte ChangeHeader = (byte)'m';
    public const byte Quarantine = (byte)'q';
    public const byte AddRecipient = (byte)'+';
    public const byte AddRecipientWithParameters = (byte)'2';
    public const byte DeleteRecipient = (byte)'-';
    public const byte ChangeSender = (byte)'e';
    public const byte ReplaceBody = (byte)'b';
}
