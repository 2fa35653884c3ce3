using Gatepost.Replies;
using Gatepost.Smtp.Message;
using MimeKit;

namespace Gatepost.Sendmail;

/// <summary>A message as a local program writes it. Its header is read first and whole, the body streams.</summary>
internal sealed class MessageInput : IDisposable
{
    private static readonly HeaderLimits Limits = new(Field: 1 << 20, Header: 1 << 20);

    private readonly HeaderReader reader;
    private readonly List<HeaderField> fields = [];

    private MessageInput(HeaderReader reader) => this.reader = reader;

    /// <exception cref="UnusableMessageException">The header is longer than 1 MB.</exception>
    public static async Task<MessageInput> ReadAsync(Stream input, bool ignoreDots, CancellationToken cancel)
    {
        var message = new MessageInput(new HeaderReader(new NormalisedInput(input, ignoreDots), Limits));
        while (await message.reader.ReadAsync(cancel))
            message.fields.Add(message.reader.Field with { Raw = message.reader.Field.Raw.ToArray() });
        return message.reader.End == HeaderEnd.OverLimit ? throw new UnusableMessageException(OurEvidence.HeaderTooLongToSend.Say())
            : message;
    }

    /// <summary>
    /// The addresses in To, Cc and Bcc; groups opened. A message that is sent again names its recipients in Resent-To, Resent-Cc and
    /// Resent-Bcc (RFC 5322 §3.6.6): those of before have it already.
    /// </summary>
    /// <param name="problem">What could not be read; null when all could.</param>
    public IReadOnlyList<string> Recipients(out Finding? problem)
    {
        problem = null;
        var found = new List<string>();
        bool isResent = fields.Exists(IsResentRecipient);
        foreach (var field in fields.Where(field => isResent ? IsResentRecipient(field) : IsRecipient(field)))
        {
            string value = field.Unfolded(int.MaxValue);
            if (value.Length == 0)
                continue;
            if (!InternetAddressList.TryParse(value, out var addresses))
                problem = OurEvidence.NoAddressList.Say(value);
            else
                found.AddRange(addresses.Mailboxes.Select(mailbox => mailbox.Address));
        }

        return found;
    }

    /// <param name="name">Without the colon; case does not matter.</param>
    public bool Has(ReadOnlySpan<byte> name)
    {
        foreach (var field in fields)
        {
            if (field.Is(name))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Writes the message with CRLF line ends: fields of our own first, Bcc left out so that no recipient learns who else has it.
    /// </summary>
    public async Task WriteAsync(Stream output, string added, CancellationToken cancel)
    {
        await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(added), cancel);
        foreach (var field in fields.Where(field => !field.Is("Bcc"u8) && !field.Is("Resent-Bcc"u8)))
            await output.WriteAsync(field.Raw, cancel);

        // A body that begins without an empty line gets one: otherwise its first line would be read as a field.
        await output.WriteAsync("\r\n"u8.ToArray(), cancel);
        byte[] buffer = new byte[64 * 1024];
        while (await reader.ReadBodyAsync(buffer, cancel) is var length and > 0)
            await output.WriteAsync(buffer.AsMemory(0, length), cancel);
    }

    private static bool IsRecipient(HeaderField field) => field.Is("To"u8) || field.Is("Cc"u8) || field.Is("Bcc"u8);

    private static bool IsResentRecipient(HeaderField field) =>
        field.Is("Resent-To"u8) || field.Is("Resent-Cc"u8) || field.Is("Resent-Bcc"u8);

    public void Dispose() => reader.Dispose();
}
