using System.Text;
using Gatepost.Delivery.Settings;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// A message in the form that one server takes: without 8-bit octets or letters beyond ASCII where it does not know them.
/// </summary>
internal sealed class PeerForm : IAsyncDisposable
{
    private SevenBitMessage? converted;

    private PeerForm(OutgoingMail mail) => Mail = mail;

    public OutgoingMail Mail { get; private set; }

    /// <param name="mail">As it is stored.</param>
    /// <param name="offers">What the server has said it takes.</param>
    /// <param name="eightBit">What to do with 8-bit mail that it does not take.</param>
    public static async ValueTask<PeerForm> MakeAsync(
        OutgoingMail mail, Capabilities offers, EightBitMail eightBit, CancellationToken cancel)
    {
        var form = new PeerForm(offers.SmtpUtf8 ? mail : WithAsciiDomains(mail));
        if (eightBit != EightBitMail.Refuse && NeedsSevenBit(mail, offers))
            await form.MakeSevenBitAsync(eightBit, cancel);
        return form;
    }

    public async ValueTask DisposeAsync()
    {
        if (converted is not null)
            await converted.DisposeAsync();
    }

    private static bool NeedsSevenBit(OutgoingMail mail, Capabilities offers) => mail.BodyType switch
    {
        BodyType.EightBitMime => !offers.EightBitMime && !(mail.Body.InMemory is { } octets && Ascii.IsValid(octets.Span)),
        BodyType.BinaryMime => !offers.TakesBinary,
        _ => false,
    };

    private async ValueTask MakeSevenBitAsync(EightBitMail eightBit, CancellationToken cancel)
    {
        try
        {
            if (eightBit == EightBitMail.Convert || Mail.BodyType == BodyType.BinaryMime)
                converted = await SevenBitMessage.OfAsync(Mail.Body, cancel);
        }
        catch (IOException)
        {
            // The transaction reads it again and says what is wrong with it.
        }

        Mail = converted is null
            ? Mail with { EightBitUndeclared = true }
            : Mail with { Body = converted.Body, BodyType = BodyType.SevenBit };
    }

    /// <summary>
    /// An address whose local part is ASCII has an ASCII form, with the A-labels of its domain (RFC 5890 §2.3.2.1); others are unchanged.
    /// </summary>
    private static OutgoingMail WithAsciiDomains(OutgoingMail mail)
    {
        if (mail.Sender is not { IsAscii: false } && mail.Recipients.All(recipient => recipient.Address.IsAscii))
            return mail;
        return mail with
        {
            Sender = mail.Sender?.WithAsciiDomain(),
            Recipients = [.. mail.Recipients.Select(recipient => recipient with { Address = recipient.Address.WithAsciiDomain() })],
        };
    }
}
