using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Acme.Protocol;
using Gatepost.Files;
using Gatepost.Replies;

namespace Gatepost.Acme;

/// <summary>Our account at an authority, for one order.</summary>
internal sealed class AcmeAuthority : IDisposable
{
    private readonly CertificateFolder folder;
    private readonly AcmeOptions options;
    private readonly AcmeConnection connection;
    private readonly AcmeDirectory directory;
    private readonly AccountKey key;
    private readonly Action<Finding> report;

    private AcmeAuthority(
        CertificateFolder folder, AcmeOptions options, AcmeConnection connection, AcmeDirectory directory, AccountKey key,
            TimeProvider time,
        Action<Finding> report)
    {
        (this.folder, this.options, this.connection, this.directory, this.key, this.report) =
            (folder, options, connection, directory, key, report);
        Client = new AcmeClient(connection, directory, key, time);
    }

    public AcmeClient Client { get; }

    /// <summary>Reads the directory, and opens an account if there is none yet.</summary>
    /// <param name="handler">Makes what requests go through.</param>
    /// <exception cref="AcmeException">The authority cannot be used.</exception>
    /// <exception cref="IOException">The account cannot be read or kept.</exception>
    /// <exception cref="CryptographicException">The account's key is damaged.</exception>
    public static async Task<AcmeAuthority> OpenAsync(
        CertificateFolder folder, AcmeOptions options, Func<AcmeOptions, HttpMessageHandler> handler, TimeProvider time,
        Action<Finding> report, CancellationToken cancel)
    {
        var connection = new AcmeConnection(handler(options), time);
        AccountKey? key = null;
        try
        {
            var directory = await connection.GetAsync(options.Directory, AcmeJson.Default.AcmeDirectory, cancel).ConfigureAwait(false);
            string? account = null;
            if (folder.AccountAt(options.Directory) is { } kept)
            {
                (key, account) = kept;
            }
            else
            {
                key = AccountKey.Create();
                // Kept before it is used: an account whose key is lost cannot be used again.
                folder.KeepAccount(options.Directory, key, null);
            }

            var authority = new AcmeAuthority(folder, options, connection, directory, key, time, report);
            authority.Client.Account = account;
            if (account is null)
                await authority.OpenAccountAsync(cancel).ConfigureAwait(false);
            return authority;
        }
        catch
        {
            key?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens an account, or finds the one the key has there.</summary>
    /// <exception cref="AcmeException">The authority does not give one.</exception>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public async Task OpenAccountAsync(CancellationToken cancel)
    {
        bool isNew = await Client.OpenAccountAsync(options.Contact, Binding(), cancel).ConfigureAwait(false);
        folder.KeepAccount(options.Directory, key, Client.Account);
        if (isNew)
            report(
                OurEvidence.AcmeAccountOpened.Say(options.Directory, SafeText.Of(directory.Meta?.TermsOfService ?? "-", 200).ToString()));
    }

    /// <summary>Does something with the account; with another one if the authority does not know the first any more.</summary>
    /// <exception cref="AcmeException">It cannot be done.</exception>
    public async Task<T> WithAccountAsync<T>(Func<Task<T>> run, CancellationToken cancel)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (AcmeException unknown) when (unknown.Problem == AcmeProblem.NoAccount)
        {
            await OpenAccountAsync(cancel).ConfigureAwait(false);
            return await run().ConfigureAwait(false);
        }
    }

    /// <summary>When the authority wants a certificate renewed; null if it does not say.</summary>
    /// <exception cref="AcmeException">There is no usable answer.</exception>
    public async Task<RenewalWindow?> RenewalAsync(X509Certificate2 certificate, CancellationToken cancel) =>
        IdOf(certificate) is { } id ? await Client.RenewalAsync(id, cancel).ConfigureAwait(false) : null;

    /// <summary>How the authority knows a certificate (RFC 9773 §4.1); null if it cannot be known so.</summary>
    public static string? IdOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } issuer
            ? $"{Base64Url.EncodeToString(issuer.Span)}.{Base64Url.EncodeToString(certificate.SerialNumberBytes.Span)}" : null;

    /// <summary>What requests go through: HTTPS without redirects and proxies, with the authorities of the options or the system.</summary>
    /// <exception cref="IOException">The file with the authorities cannot be read.</exception>
    /// <exception cref="CryptographicException">The file has no certificates.</exception>
    public static HttpMessageHandler Connect(AcmeOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        };
        if (options.TrustFile is { } file)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(file);
            var policy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(trusted);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    public void Dispose()
    {
        key.Dispose();
        connection.Dispose();
    }

    private (string Id, byte[] Secret)? Binding()
    {
        if (options.BindingId is not { } id || options.BindingKeyFile is not { } file)
            return null;
        try
        {
            return (id, Base64Url.DecodeFromChars(new SecretFile(file).Read().Trim().TrimEnd('=')));
        }
        catch (FormatException)
        {
            throw new IOException($"{file} must hold the key that the authority gave you, as base64url");
        }
    }
}
