namespace Gatepost.MailAuth.Message;

/// <summary>Brings a body into the form in which it is signed while it streams past (RFC 6376 §3.4.3, §3.4.4).</summary>
/// <remarks>Line ends are CR LF; a CR or LF alone is an octet like any other.</remarks>
internal sealed class BodyForm(Canonicalization form)
{
    private static readonly byte[] LineEnds = [.. Enumerable.Repeat("\r\n"u8.ToArray(), 512).SelectMany(pair => pair)];

    private readonly byte[] buffer = new byte[4096];
    private int used;
    private long lineEnds;
    private bool isReturn;
    private bool isBlank;
    private bool isAny;

    /// <summary>Where the canonical octets go.</summary>
    public List<BodyHash> Targets { get; } = [];

    public void Feed(ReadOnlySpan<byte> octets)
    {
        bool isRelaxed = form == Canonicalization.Relaxed;
        while (!octets.IsEmpty)
        {
            byte octet = octets[0];
            if (isReturn)
            {
                isReturn = false;
                if (octet == '\n')
                {
                    lineEnds++;
                    isBlank = false;
                    octets = octets[1..];
                }
                else
                {
                    Write("\r"u8);
                }
            }
            else if (octet == '\r')
            {
                isReturn = true;
                octets = octets[1..];
            }
            else if (isRelaxed && octet is (byte)' ' or (byte)'\t')
            {
                isBlank = true;
                octets = octets[1..];
            }
            else
            {
                int run = isRelaxed ? octets.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r') : octets.IndexOf((byte)'\r');
                var plain = run < 0 ? octets : octets[..run];
                Write(plain);
                octets = octets[plain.Length..];
            }
        }
    }

    public void Finish()
    {
        if (isReturn)
            Write("\r"u8);
        // A body without text is one line end in the simple form and nothing in the relaxed one.
        if (isAny || form == Canonicalization.Simple)
            Put("\r\n"u8);
        Flush();
        foreach (var target in Targets)
            target.Finish();
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        isAny = true;
        while (lineEnds > 0)
        {
            int some = (int)Math.Min(lineEnds, LineEnds.Length / 2);
            Put(LineEnds.AsSpan(0, some * 2));
            lineEnds -= some;
        }

        if (isBlank)
            Put(" "u8);
        isBlank = false;
        Put(text);
    }

    private void Put(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > buffer.Length - used)
            Flush();
        if (octets.Length > buffer.Length)
        {
            Append(octets);
            return;
        }

        octets.CopyTo(buffer.AsSpan(used));
        used += octets.Length;
    }

    private void Flush()
    {
        Append(buffer.AsSpan(0, used));
        used = 0;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        foreach (var target in Targets)
            target.Append(octets);
    }
}
