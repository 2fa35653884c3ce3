using System.Text;
using MimeKit;

namespace Gatepost.Sendmail;

/// <summary>A message as a local program writes it: lines end as they like, a dot may end it. Its header is read first and whole, the body streams.</summary>
internal sealed class MessageInput
{
    /// <summary>Octets of a header; more is no header.</summary>
    private const int MaxHeader = 1 << 20;

    private readonly LineReader lines;

    private MessageInput(LineReader lines, IReadOnlyList<byte[]> fields)
    {
        this.lines = lines;
        Fields = fields;
    }

    /// <summary>Each with its continuation lines and CRLF.</summary>
    public IReadOnlyList<byte[]> Fields { get; }

    /// <exception cref="InvalidDataException">The header is longer than 1 MB.</exception>
    public static async Task<MessageInput> ReadAsync(Stream input, bool ignoreDots, CancellationToken cancel)
    {
        var lines = new LineReader(input, ignoreDots);
        var fields = new List<byte[]>();
        int total = 0;
        while (await lines.PeekAsync(cancel) is { } line)
        {
            bool continues = line.Length > 0 && line[0] is (byte)' ' or (byte)'\t' && fields.Count > 0;
            if (!continues && !IsField(line))
                break;
            if ((total += line.Length + 2) > MaxHeader)
                throw new InvalidDataException("the header is longer than 1 MB");
            lines.Take();
            byte[] ended = [.. line, (byte)'\r', (byte)'\n'];
            if (continues)
                fields[^1] = [.. fields[^1], .. ended];
            else if (!line.AsSpan().StartsWith("From "u8))
                fields.Add(ended);
        }

        return new MessageInput(lines, fields);
    }

    /// <summary>The addresses in To, Cc and Bcc; groups opened.</summary>
    /// <param name="problem">What could not be read; null where all could.</param>
    public IReadOnlyList<string> Recipients(out string? problem)
    {
        problem = null;
        var found = new List<string>();
        foreach (byte[] field in Fields.Where(field => Is(field, "To") || Is(field, "Cc") || Is(field, "Bcc")))
        {
            string value = Encoding.UTF8.GetString(field.AsSpan(field.AsSpan().IndexOf((byte)':') + 1)).Replace("\r\n", "", StringComparison.Ordinal).Trim();
            if (value.Length == 0)
                continue;
            if (!InternetAddressList.TryParse(value, out var addresses))
                problem = $"this is no list of addresses: {value}";
            else
                found.AddRange(addresses.Mailboxes.Select(mailbox => mailbox.Address));
        }

        return found;
    }

    public bool Has(string name) => Fields.Any(field => Is(field, name));

    /// <summary>Writes the message with CRLF line ends: fields of our own first, Bcc left out so that nobody learns who else has it.</summary>
    public async Task WriteAsync(Stream output, string added, CancellationToken cancel)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(added), cancel);
        foreach (byte[] field in Fields.Where(field => !Is(field, "Bcc")))
            await output.WriteAsync(field, cancel);

        // A body that begins without an empty line gets one: otherwise its first line would be read as a field.
        if (await lines.PeekAsync(cancel) is not { Length: 0 })
            await output.WriteAsync("\r\n"u8.ToArray(), cancel);
        while (await lines.PeekAsync(cancel) is { } line)
        {
            lines.Take();
            await output.WriteAsync(line, cancel);
            await output.WriteAsync("\r\n"u8.ToArray(), cancel);
        }
    }

    private static bool Is(byte[] field, string name) =>
        field.Length > name.Length
        && Ascii.EqualsIgnoreCase(field.AsSpan(0, name.Length), name)
        && field.AsSpan(name.Length).TrimStart(" \t"u8) is [(byte)':', ..];

    private static bool IsField(byte[] line)
    {
        if (line.AsSpan().StartsWith("From "u8))
            return true;
        int colon = line.AsSpan().IndexOf((byte)':');
        return colon > 0 && !line.AsSpan(0, colon).TrimEnd(" \t"u8).ContainsAnyExceptInRange((byte)'!', (byte)'~');
    }
}
