#:property PublishAot=false
#:property AllowUnsafeBlocks=true
#:property Nullable=enable

// Guesses addresses as a dictionary attack does: many sessions, in each one envelope and one RCPT after the other.
//   dotnet dictionary.dll PORT DOMAIN SESSIONS RECIPIENTS WINDOW SECONDS
// Each session says MAIL once and then RECIPIENTS times RCPT for addresses that nobody has, WINDOW of them at a time (1: it
// waits for each reply), says QUIT and begins anew, until SECONDS are over. One thread and poll(2), so that it takes little from
// the server on the same cores. Prints "refused seconds cpu-seconds"; any reply but 5yz to a RCPT ends it with status 1.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

int port = int.Parse(args[0], CultureInfo.InvariantCulture);
var attack = new Attack(new IPEndPoint(IPAddress.Loopback, port), args[1], int.Parse(args[3], CultureInfo.InvariantCulture),
    int.Parse(args[4], CultureInfo.InvariantCulture));
try
{
    var (refused, seconds, cpu) = attack.Run(
        int.Parse(args[2], CultureInfo.InvariantCulture), double.Parse(args[5], CultureInfo.InvariantCulture));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{refused} {seconds:0.000} {cpu:0.000}"));
    return 0;
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

internal sealed unsafe class Attack(IPEndPoint server, string domain, int recipients, int window)
{
    private readonly byte[] received = new byte[64 * 1024];
    private long refused;
    private long number;

    public (long Refused, double Seconds, double Cpu) Run(int sessions, double seconds)
    {
        var guessers = new Guesser[sessions];
        var watched = stackalloc Watched[sessions];
        for (int i = 0; i < sessions; i++)
            watched[i] = Watched.For(guessers[i] = Open());

        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            _ = Libc.poll(watched, (nuint)sessions, 1000);
            for (int i = 0; i < sessions; i++)
            {
                if (watched[i].Found == 0 || Hear(guessers[i]))
                    continue;
                guessers[i].Socket.Dispose();
                watched[i] = Watched.For(guessers[i] = Open());
            }
        }

        clock.Stop();
        process.Refresh();
        return (refused, clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds);
    }

    private Guesser Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return new Guesser(socket, window);
    }

    /// <returns>False once the session has come to its end.</returns>
    private bool Hear(Guesser guesser)
    {
        nint count;
        fixed (byte* into = received)
            count = Libc.recv(guesser.Descriptor, into, (nuint)received.Length, 0);
        if (count <= 0)
            return guesser.Step == Step.Leaving ? false : throw new IOException(
                "the server closed a session; it said: " + guesser.LastLine);

        var rest = received.AsSpan(0, (int)count);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                guesser.Keep(rest);
                return true;
            }

            Take(guesser, guesser.Complete(rest[..end]));
            rest = rest[(end + 1)..];
        }

        return true;
    }

    private void Take(Guesser guesser, ReadOnlySpan<byte> line)
    {
        if (line.Length > 3 && line[3] == '-')
            return;
        byte wanted = guesser.Step == Step.Guessing ? (byte)'5' : (byte)'2';
        if (line.Length < 3 || line[0] != wanted)
            throw new IOException($"{guesser.Step}: the server said {Encoding.ASCII.GetString(line)}");

        switch (guesser.Step)
        {
            case Step.Greeting:
                guesser.Say("EHLO attacker.test\r\n"u8, Step.Hello);
                break;
            case Step.Hello:
                guesser.Say("MAIL FROM:<spam@attacker.test>\r\n"u8, Step.Mail);
                break;
            case Step.Mail:
                Guess(guesser);
                break;
            case Step.Guessing:
                refused++;
                guesser.Refused++;
                if (--guesser.Pending > 0)
                    break;
                if (guesser.Refused >= recipients)
                    guesser.Say("QUIT\r\n"u8, Step.Leaving);
                else
                    Guess(guesser);
                break;
        }
    }

    private void Guess(Guesser guesser)
    {
        int length = 0;
        for (int i = 0; i < window; i++)
        {
            Encoding.ASCII.TryGetBytes(string.Create(CultureInfo.InvariantCulture, $"RCPT TO:<nobody-{number++}@{domain}>\r\n"),
                guesser.Out.AsSpan(length), out int octets);
            length += octets;
        }

        guesser.Pending = window;
        guesser.Say(guesser.Out.AsSpan(0, length), Step.Guessing);
    }
}

internal enum Step
{
    Greeting,
    Hello,
    Mail,
    Guessing,
    Leaving,
}

/// <summary>One session.</summary>
internal sealed unsafe class Guesser(Socket socket, int window)
{
    private byte[] kept = [];

    public Socket Socket => socket;

    public int Descriptor { get; } = (int)socket.Handle;

    public byte[] Out { get; } = new byte[window * 128];

    public Step Step { get; private set; }

    public int Pending { get; set; }

    public int Refused { get; set; }

    public string LastLine { get; private set; } = "";

    public void Say(ReadOnlySpan<byte> text, Step next)
    {
        Step = next;
        fixed (byte* octets = text)
        {
            if (Libc.send(Descriptor, octets, (nuint)text.Length, 0x4000) != text.Length)
                throw new IOException("the server does not read; it said: " + LastLine);
        }
    }

    public void Keep(ReadOnlySpan<byte> begun) => kept = [.. kept, .. begun];

    public ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> line)
    {
        if (kept.Length > 0)
        {
            byte[] whole = [.. kept, .. line];
            kept = [];
            line = whole;
        }

        if (line.Length > 0 && line[0] == '4')
            LastLine = Encoding.ASCII.GetString(line);
        return line;
    }
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Watched
{
    public int Descriptor;
    public short Wanted;
    public short Found;

    /// <summary>POLLIN.</summary>
    public static Watched For(Guesser guesser) => new() { Descriptor = guesser.Descriptor, Wanted = 1 };
}

internal static unsafe class Libc
{
    [DllImport("libc", SetLastError = true)]
    internal static extern int poll(Watched* watched, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint recv(int descriptor, byte* into, nuint length, int flags);

    [DllImport("libc", SetLastError = true)]
    internal static extern nint send(int descriptor, byte* octets, nuint length, int flags);
}
