namespace Gatepost.Smtp.Wire;

/// <summary>Looks for bare CR and LF in text that comes in counted chunks (BDAT), where nothing marks its end.</summary>
internal struct LineEndCheck
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
