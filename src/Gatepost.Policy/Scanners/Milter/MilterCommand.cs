namespace Gatepost.Policy.Scanners.Milter;

/// <summary>What we say to a filter: the letters of libmilter's <c>mfdef.h</c>, protocol version 6.</summary>
internal static class MilterCommand
{
    public const byte Negotiate = (byte)'O';
    public const byte Macros = (byte)'D';
    public const byte Connect = (byte)'C';
    public const byte Hello = (byte)'H';
    public const byte Mail = (byte)'M';
    public const byte Rcpt = (byte)'R';
    public const byte Data = (byte)'T';
    public const byte Header = (byte)'L';
    public const byte EndOfHeader = (byte)'N';
    public const byte Body = (byte)'B';
    public const byte EndOfMessage = (byte)'E';
    public const byte Abort = (byte)'A';
    public const byte Quit = (byte)'Q';
}
