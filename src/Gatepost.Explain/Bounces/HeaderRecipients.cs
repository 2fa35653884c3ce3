using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Recipients that the header of a bounce names: <c>X-Failed-Recipients</c> of Exim and Gmail and similar fields.</summary>
internal static class HeaderRecipients
{
    public static List<string> Failed(HeaderBlock header)
    {
        var failed = new List<string>();
        foreach (string name in (ReadOnlySpan<string>)["X-Failed-Recipients", "X-Mailer-Daemon-Recipients", "X-Actual-Recipients"])
            foreach (string value in header.All(name))
                for (int at = 0; failed.Count < 200 && Address.Next(value, at, out int length) is var start and >= 0; at = start + length)
                    if (value.Substring(start, length) is var address
                        && !failed.Exists(known => known.Equals(address, StringComparison.OrdinalIgnoreCase)))
                        failed.Add(address);
        return failed;
    }
}

/// <summary>Whom the returned message was written to. Recipients may be read from it, causes never.</summary>
internal static class ReturnedRecipient
{
    public static string? Of(Layout layout)
    {
        if (layout.Original is { } original)
        {
            var passage = original.Read(16 * 1024);
            for (int line = 0; line < Math.Min(passage.Lines, 300); line++)
            {
                var text = passage.Line(line);
                if (text.StartsWith("To:", StringComparison.OrdinalIgnoreCase))
                    return Address.First(text) ?? (line + 1 < passage.Lines ? Address.First(passage.Line(line + 1)) : null);
            }
        }

        foreach (var notice in layout.Notices)
            if (notice.ReturnedTo is { } to)
                return to;
        return null;
    }
}
