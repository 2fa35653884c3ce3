namespace Gatepost.Smtp;

/// <summary>A host as an administrator writes it down, with its port.</summary>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, <c>[ipv6]:port</c> or the host alone.</summary>
    /// <param name="defaultPort">The port where none is written.</param>
    public static HostPort Read(string name, int defaultPort)
    {
        int close = name.StartsWith('[') ? name.IndexOf(']') : -1;
        int colon = name.IndexOf(':', Math.Max(close, 0));
        bool onlyOne = close > 0 || colon == name.LastIndexOf(':');
        string host = close > 0 ? name[1..close] : colon >= 0 && onlyOne ? name[..colon] : name;
        return colon >= 0 && onlyOne && ushort.TryParse(name.AsSpan(colon + 1), out ushort port)
            ? new(host, port) : new(host, defaultPort);
    }
}
