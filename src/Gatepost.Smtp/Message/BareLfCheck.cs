namespace Gatepost.Smtp.Message;

/// <summary>What becomes of a CR without LF or an LF without CR in a message.</summary>
internal enum LineEndPolicy
{
    /// <summary>The message is refused: others might read such an octet as the end of a line, and what follows as a command (SMTP
    /// smuggling).</summary>
    Refuse,

    /// <summary>Each becomes CR LF, and the record says so: for clients of our own.</summary>
    Normalise,

    /// <summary>They stay: the message was announced as binary (RFC 3030 §3) and can only be passed on as that.</summary>
    Binary,
}

/// <summary>Looks for bare CR and LF and for long lines while a message streams past.</summary>
public struct BareLfCheck
{
    private bool carriageReturn;
    private long lineLength;

    /// <summary>Whether a CR without LF or an LF without CR has come; a CR at the very end shows after <see cref="Finish"/>.</summary>
    public bool SawBareLineEnd { get; private set; }

    /// <summary>Octets of the longest line, without CRLF.</summary>
    public long LongestLine { get; private set; }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (carriageReturn)
            {
                SawBareLineEnd |= octets[0] != '\n';
                if (octets[0] == '\n')
                {
                    octets = octets[1..];
                    EndLine();
                }

                carriageReturn = false;
                continue;
            }

            int run = octets.IndexOfAny((byte)'\r', (byte)'\n');
            lineLength += run < 0 ? octets.Length : run;
            if (run < 0)
                return;
            carriageReturn = octets[run] == '\r';
            SawBareLineEnd |= !carriageReturn;
            octets = octets[(run + 1)..];
        }
    }

    public void Finish()
    {
        SawBareLineEnd |= carriageReturn;
        EndLine();
    }

    private void EndLine()
    {
        LongestLine = Math.Max(LongestLine, lineLength);
        lineLength = 0;
    }
}
