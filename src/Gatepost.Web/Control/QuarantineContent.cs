using Gatepost.Policy.Quarantine;
using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>Which messages in quarantine; what is null does not matter.</summary>
public sealed record QuarantineFilter
{
    /// <summary>Queue id or case number.</summary>
    public string? Id { get; init; }

    public string? Rule { get; init; }

    /// <summary>An address, or <c>@domain</c>; empty is the null sender.</summary>
    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public bool Matches(QuarantinedMessage message) =>
        (Id is null || message.Id.Equals(Id, StringComparison.OrdinalIgnoreCase)
            || string.Equals(message.VerdictId, Id, StringComparison.OrdinalIgnoreCase))
        && (Rule is null || message.Rule == Rule)
        && (Sender is null || Fits(message.Sender, Sender))
        && (Recipient is null || message.Recipients.Any(recipient => Fits(recipient.Address, Recipient)));

    private static bool Fits(string address, string wanted) =>
        wanted.StartsWith('@') ? address.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : address.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A message in quarantine with the beginning of its octets.</summary>
/// <param name="Message">What is known of it.</param>
/// <param name="Content">At most <see cref="MaxContent"/> octets of it, as UTF-8; it must be made harmless before it is shown.</param>
/// <param name="IsWhole">Whether that is all.</param>
public sealed record QuarantineContent(QuarantinedMessage Message, string Content, bool IsWhole)
{
    public const int MaxContent = 64 * 1024;

    /// <summary>Reads the beginning, and closes the stream.</summary>
    public static async Task<QuarantineContent> ReadAsync(QuarantinedMessage message, Stream octets, CancellationToken cancel)
    {
        await using (octets)
        {
            byte[] head = new byte[MaxContent];
            int length = await octets.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
            return new QuarantineContent(message, System.Text.Encoding.UTF8.GetString(head, 0, length), length == message.Size);
        }
    }
}

/// <param name="Id">The message.</param>
/// <param name="Done">Whether it was released or dropped.</param>
/// <param name="Told">One sentence for a person.</param>
public sealed record QuarantineChanged(string Id, bool Done, Finding Told);
