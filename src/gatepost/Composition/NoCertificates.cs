using System.Net.Security;
using Gatepost.Smtp.Server;

namespace Gatepost.Composition;

/// <summary>For a listener that must not offer TLS.</summary>
internal sealed class NoCertificates : ICertificateSource
{
    public static readonly NoCertificates Instance = new();

    public bool Any => false;

    public SslStreamCertificateContext? Find(string? serverName) => null;
}
