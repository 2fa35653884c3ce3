using System.Globalization;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Delivery.Bounces;

/// <summary>In which language a sender is written to.</summary>
internal static class LanguageChoice
{
    /// <summary>
    /// What the message says its sender reads (Accept-Language), what it is written in (Content-Language, RFC 3282), the domain's setting,
    /// the server's.
    /// </summary>
    public static Language Of(MessageHeader header, Mailbox sender, BounceOptions options, ReplyDatabase replies) =>
        First(header.Find("Accept-Language"u8)?.Unfolded(), replies)
        ?? First(header.Find("Content-Language"u8)?.Unfolded(), replies)
        ?? replies.FindLanguage(OfDomain(sender.Domain, options))
        ?? replies.FindLanguage(options.Language)
        ?? Language.English;

    private static string? OfDomain(string domain, BounceOptions options) =>
        options.LanguageOfDomain.FirstOrDefault(pair => pair.Key.Equals(domain, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The best language that we have words in, by weight and then by order: <c>de, ru-RU;q=0.9, en;q=0.5</c>.</summary>
    private static Language? First(string? list, ReplyDatabase replies)
    {
        Language? best = null;
        double weight = 0;
        foreach (string item in (list ?? "").Split(',').Take(20))
        {
            string[] parts = item.Split(';');
            double here = parts.Length > 1 ? Weight(parts[1].Trim()) : 1;
            if (here > weight && replies.FindLanguage(parts[0].Trim()) is { } language)
                (best, weight) = (language, here);
        }

        return best;
    }

    /// <summary>A weight that cannot be read counts for nothing.</summary>
    private static double Weight(string parameter) =>
        parameter is ['q' or 'Q', '=', .. var number] && double.TryParse(
            number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) ? weight : 0;
}
