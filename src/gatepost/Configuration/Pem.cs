using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Files;

namespace Gatepost.Configuration;

/// <summary>Whether a certificate and a key can be used together.</summary>
internal static class Pem
{
    /// <returns>What is wrong and what to do; null if they are good.</returns>
    public static string? Problem(string chain, string key)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(chain, key);
            return null;
        }
        catch (CryptographicException)
        {
            return $"{chain} and {key} do not make a usable pair: the first must hold the certificate and its chain, the second its "
                + $"unencrypted private key, both as PEM";
        }
        catch (ArgumentException)
        {
            return $"{key} does not belong to the certificate in {chain}: name the key it was issued for";
        }
        catch (Exception unreadable) when (Disk.IsFailure(unreadable))
        {
            return $"{chain} or {key} cannot be read: {unreadable.Message}";
        }
    }
}
