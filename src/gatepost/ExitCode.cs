namespace Gatepost;

/// <summary>
/// What the program's exit status means: sysexits, because mail programs have spoken them for decades. Listed in docs/manual/gatepost.md.
/// </summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Nothing is there that matches, or the answer is no.</summary>
    public const int Nothing = 1;

    /// <summary>EX_USAGE: the command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>EX_DATAERR: the message or file given cannot be used.</summary>
    public const int Data = 65;

    /// <summary>EX_NOINPUT: a file named does not exist.</summary>
    public const int NoInput = 66;

    /// <summary>EX_NOUSER: a recipient was refused.</summary>
    public const int NoUser = 67;

    /// <summary>EX_UNAVAILABLE: no server runs, or it refused.</summary>
    public const int Unavailable = 69;

    /// <summary>EX_SOFTWARE: a fault of Gatepost.</summary>
    public const int Software = 70;

    /// <summary>EX_IOERR: a file or the store cannot be read or written.</summary>
    public const int InputOutput = 74;

    /// <summary>EX_TEMPFAIL: try again later; nothing was accepted.</summary>
    public const int TryLater = 75;

    /// <summary>EX_CONFIG: the configuration is wrong.</summary>
    public const int Configuration = 78;
}
