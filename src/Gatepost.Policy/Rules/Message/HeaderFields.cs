using System.Buffers;
using Gatepost.Smtp;
using MimeKit;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Reads what rules need of a message's header: at most 256 KB of it, nothing of the body.</summary>
internal static class HeaderFields
{
    private const int MaxHeader = 256 * 1024;

    /// <summary>Every address of every From field; the field's text where it holds none.</summary>
    public static async ValueTask<IReadOnlyList<string>> FromAsync(IMessageDraft draft, CancellationToken cancel)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(draft.Length + 4, MaxHeader));
        try
        {
            int length = await ReadAsync(draft, buffer, cancel);
            return Addresses(buffer, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReadAsync(IMessageDraft draft, byte[] buffer, CancellationToken cancel)
    {
        await using var octets = draft.OpenRead();
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await octets.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
                break;
            int from = Math.Max(0, length - 3);
            length += read;
            int end = buffer.AsSpan(from, length - from).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return from + end + 4;
        }

        return length;
    }

    private static List<string> Addresses(byte[] buffer, int length)
    {
        var shown = new List<string>();
        var headers = HeaderList.Load(new MemoryStream(buffer, 0, length, writable: false), CancellationToken.None);
        foreach (var header in headers.Where(header => header.Id == HeaderId.From))
        {
            var found = InternetAddressList.TryParse(header.RawValue, out var list) ? list.Mailboxes.Select(mailbox => mailbox.Address).ToList() : [];
            shown.AddRange(found.Count > 0 ? found : [header.Value]);
        }

        return shown;
    }
}
