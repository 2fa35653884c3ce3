using Gatepost.Dns;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>The TXT record at <c>_mta-sts.</c> that says whether there is a policy, and which (RFC 8461 §3.1).</summary>
internal static class StsRecord
{
    private const int LongestId = 32;

    public static string NameOf(string domain) => "_mta-sts." + domain;

    /// <summary>Records that are meant to be one: everything else under the name does not count.</summary>
    public static IReadOnlyList<string> Of(DnsAnswer<string> answer) =>
        [.. answer.Records.Where(record => record.StartsWith("v=STSv1;", StringComparison.Ordinal) || record.Trim() == "v=STSv1")];

    /// <summary>The id of the policy; null if the record cannot be used.</summary>
    public static string? IdOf(string record)
    {
        foreach (string field in record.Split(';').Skip(1))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || field[..equals].Trim() != "id")
                continue;
            string id = field[(equals + 1)..].Trim();
            return id.Length is > 0 and <= LongestId && id.All(char.IsAsciiLetterOrDigit) ? id : null;
        }

        return null;
    }
}
