using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Delivery.Settings;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Configuration;

/// <summary>Reads each <c>[[next-host]]</c>: its files are opened now, so that a mistake is found before mail waits.</summary>
/// <param name="folder">That relative paths start from.</param>
internal sealed class NextHostReader(ConfigurationFile file, string folder)
{
    public IReadOnlyList<NextHostOptions> Read()
    {
        var hosts = new List<NextHostOptions>();
        foreach (var section in file.Many("next-host").Where(section => section.Has(ConfigKeys.NextHost.To)))
        {
            var host = section.Bind(new NextHostOptions());
            host = host with
            {
                To = ReadTo(section, host.To),
                Login = ReadLogin(section),
                Authorities = ReadAuthorities(section),
                Certificate = ReadCertificate(section),
            };
            if (hosts.Any(known => known.To == host.To))
                file.AddError(section.LineOf(ConfigKeys.NextHost.To), OurEvidence.ConfigNextHostTwice.Say(host.To));
            if (host.Hello is { } hello && !DomainName.TryParse(hello, out _))
                file.AddError(
                    section.LineOf(ConfigKeys.NextHost.Hello),
                    OurEvidence.ConfigHello.Say(hello));
            foreach (string problem in host.Problems())
                AddProblem(section, problem);
            hosts.Add(host);
        }

        return hosts;
    }

    private void AddProblem(Section section, string problem)
    {
        var key = section.Definition.Keys.FirstOrDefault(key => problem.StartsWith(key.Name + " ", StringComparison.Ordinal));
        file.AddError(key is null ? section.Line : section.LineOf(key), problem);
    }

    /// <summary>The queue names destinations by their kind; an administrator may paste them so.</summary>
    private string ReadTo(Section section, string written)
    {
        string to = written.ToLowerInvariant();
        foreach (string kind in (ReadOnlySpan<string>)["smtp:", "lmtp:", "mx:"])
            to = to.StartsWith(kind, StringComparison.Ordinal) ? to[kind.Length..] : to;
        bool isHost = Destination.TryParse("smtp:" + to, out var destination) && new NextHostOptions { To = destination.Name }.IsHost;
        if (!isHost && !DomainName.TryParse(to.TrimStart('.'), out _))
            file.AddError(section.LineOf(ConfigKeys.NextHost.To), OurEvidence.ConfigNextHostTo.Say(written));
        return to;
    }

    private ClientLogin? ReadLogin(Section section)
    {
        string? user = section.Get(ConfigKeys.NextHost.User);
        string? password = section.Get(ConfigKeys.NextHost.PasswordFile), token = section.Get(ConfigKeys.NextHost.TokenFile);
        if (user is null)
        {
            if ((password ?? token) is not null)
                file.AddError(section.Line, OurEvidence.ConfigSecretNeedsUser.Say());
            return null;
        }

        if ((password ?? token) is not { } place || (password is not null && token is not null))
        {
            file.AddError(section.LineOf(ConfigKeys.NextHost.User), OurEvidence.ConfigUserNeedsSecret.Say());
            return null;
        }

        var key = password is not null ? ConfigKeys.NextHost.PasswordFile : ConfigKeys.NextHost.TokenFile;
        bool isCredential = place.StartsWith(SecretFile.CredentialPrefix, StringComparison.Ordinal);
        var secret = new SecretFile(isCredential ? place : Path.GetFullPath(place, folder));
        if (!isCredential && secret.Problem() is { } problem)
            file.AddError(section.LineOf(key), $"{key.Name}: {problem}");
        return new ClientLogin(user, secret.Read) { IsToken = token is not null, Mechanisms = ReadMechanisms(section) };
    }

    private string[]? ReadMechanisms(Section section)
    {
        if (!section.Has(ConfigKeys.NextHost.Mechanisms))
            return null;
        string[] wanted = [.. section.Get(ConfigKeys.NextHost.Mechanisms).Select(word => word.ToUpperInvariant())];
        if (wanted.Length == 0 || wanted.Any(word => !ClientLogin.Known.Contains(word)))
            file.AddError(
                section.LineOf(ConfigKeys.NextHost.Mechanisms),
                OurEvidence.ConfigMechanisms.Say(string.Join(", ", wanted), string.Join(", ", ClientLogin.Known)));
        return wanted;
    }

    private X509Certificate2Collection? ReadAuthorities(Section section)
    {
        if (section.Get(ConfigKeys.NextHost.CaFile) is not { } written)
            return null;
        var authorities = new X509Certificate2Collection();
        Try(section, ConfigKeys.NextHost.CaFile, () => authorities.ImportFromPemFile(Path.GetFullPath(written, folder)));
        return authorities;
    }

    private SslStreamCertificateContext? ReadCertificate(Section section)
    {
        string? chain = section.Get(ConfigKeys.NextHost.ClientCertificate), key = section.Get(ConfigKeys.NextHost.ClientKey);
        if (chain is null && key is null)
            return null;
        if (chain is null || key is null)
        {
            file.AddError(section.Line, OurEvidence.ConfigClientCertificate.Say());
            return null;
        }

        SslStreamCertificateContext? context = null;
        Try(section, ConfigKeys.NextHost.ClientCertificate, () =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(Path.GetFullPath(chain, folder));
            var own = X509Certificate2.CreateFromPemFile(Path.GetFullPath(chain, folder), Path.GetFullPath(key, folder));
            context = SslStreamCertificateContext.Create(own, all, offline: true);
        });
        return context;
    }

    private void Try(Section section, Key<string?> key, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
        {
            file.AddError(section.LineOf(key), OurEvidence.ConfigFileUnusable.Say(key.Name, failure.Message));
        }
    }
}
