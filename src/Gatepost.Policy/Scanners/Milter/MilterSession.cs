using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>How a conversation with a filter ended.</summary>
/// <param name="Answer">One of <see cref="MilterAnswer"/>: accept (also where it let everything go on), reject, temporary failure, discard,
/// reply code.</param>
/// <param name="At">At which step it said so.</param>
/// <param name="Words">Its own words, where it gave any.</param>
/// <param name="Permanent">Whether its refusal is a 5yz.</param>
internal readonly record struct MilterEnd(byte Answer, string At, string Words = "", bool Permanent = true);

/// <summary>One message passed to a filter from connect to end of message, in the order of the protocol.</summary>
/// <remarks>Passed when the message is complete: the filter gets connection and envelope together with the content.</remarks>
internal sealed class MilterSession(
    MilterWire wire, Session session, MilterActions offered, MilterTimeouts patience, CancellationToken cancel)
{
    /// <summary>Most packets that may come for one step: modifications, progress.</summary>
    private const int MaxPackets = 10_000;

    /// <summary>
    /// A filter sees every field, a longer one without its end: a packet has at most <see cref="MilterWire.MaxData"/> octets.
    /// </summary>
    private static readonly HeaderLimits Limits = new(Field: 60_000, Header: long.MaxValue);

    private readonly Envelope envelope = session.Envelope ?? new Envelope { Sender = null };
    private MilterNegotiation agreed;

    public MilterChanges Changes { get; } = new();

    /// <exception cref="FilterException">The filter did not keep to the protocol.</exception>
    public async ValueTask<MilterEnd> RunAsync()
    {
        await NegotiateAsync();
        var end = await TellEnvelopeAsync() ?? await TellMessageAsync();
        await QuitAsync(end);
        return end;
    }

    private async ValueTask NegotiateAsync()
    {
        byte[] offer = new byte[MilterNegotiation.Length];
        MilterNegotiation.WriteOffer(offer, offered);
        await wire.BeginAsync(MilterCommand.Negotiate, offer.Length, cancel);
        wire.Add(offer);
        wire.End();
        (byte Answer, ReadOnlyMemory<byte> Data) said;
        try
        {
            said = await patience.WaitAsync(wire, MilterPhase.Agree, cancel);
        }
        catch (MilterHungUpException) when (!offered.HasFlag(MilterActions.ChangeHeaders))
        {
            // libmilter says no by hanging up.
            throw new FilterException(OurEvidence.MilterHungUpAtStart.Say());
        }

        agreed = MilterNegotiation.Read(said.Answer, said.Data.Span);
    }

    private async ValueTask<MilterEnd?> TellEnvelopeAsync()
    {
        if (agreed.Wants(MilterSteps.NoConnect))
        {
            await MacrosAsync(MilterCommand.Connect, ("j", session.HostName), ("{daemon_name}", session.Role.ToString()),
                ("{client_addr}", Literal), ("{client_name}", ClientName), ("v", "Gatepost"));
            if (await TellAsync("connect", MilterCommand.Connect, ConnectData(), MilterSteps.SilentConnect) is { } end)
                return end;
        }

        if (agreed.Wants(MilterSteps.NoHello) && session.Helo is { } helo)
        {
            await MacrosAsync(
                MilterCommand.Hello, ("{tls_version}", session.Tls?.Protocol.ToString()), ("{cipher}", session.Tls?.Cipher.ToString()));
            if (await TellAsync("hello", MilterCommand.Hello, Text(helo), MilterSteps.SilentHello) is { } end)
                return end;
        }

        if (agreed.Wants(MilterSteps.NoMail))
        {
            await MacrosAsync(MilterCommand.Mail, ("i", session.Draft!.QueueId), ("{auth_type}", session.AuthMechanism),
                ("{auth_authen}", session.User), ("{mail_addr}", envelope.Sender?.ToString()));
            if (
                await TellAsync(
                    "sender", MilterCommand.Mail, Arguments(envelope.Sender, MailParameters()), MilterSteps.SilentMail) is { } end)
                return end;
        }

        if (agreed.Wants(MilterSteps.NoRcpt))
        {
            foreach (var recipient in envelope.Recipients)
            {
                await MacrosAsync(MilterCommand.Rcpt, ("{rcpt_addr}", recipient.Address.ToString()));
                if (await TellAsync("recipient", MilterCommand.Rcpt, Arguments(recipient.Address, []), MilterSteps.SilentRcpt) is { } end)
                    return end;
            }
        }

        if (!agreed.Wants(MilterSteps.NoData))
            return null;
        await MacrosAsync(MilterCommand.Data, ("i", session.Draft!.QueueId));
        return await TellAsync("data", MilterCommand.Data, [], MilterSteps.SilentData);
    }

    private async ValueTask<MilterEnd> TellMessageAsync()
    {
        await using var octets = session.Draft!.OpenRead();
        using var reader = new HeaderReader(octets, Limits);
        return await TellHeaderAsync(reader) ?? await TellBodyAsync(reader) ?? await EndAsync();
    }

    private async ValueTask<MilterEnd?> TellHeaderAsync(HeaderReader reader)
    {
        // What we put above the message belongs to it: a signature must cover it.
        foreach (string field in session.AddedFields)
        {
            int colon = field.IndexOf(':');
            if (colon > 0 && agreed.Wants(MilterSteps.NoHeaders)
                && await TellFieldAsync(
                    Encoding.UTF8.GetBytes(field[..colon]), Encoding.UTF8.GetBytes(field[(colon + 1)..].TrimEnd('\r', '\n'))) is { } end)
                return end;
        }

        while (await reader.ReadAsync(cancel))
        {
            if (agreed.Wants(MilterSteps.NoHeaders) && await TellFieldAsync(reader.Field.Name, reader.Field.Value) is { } end)
                return end;
        }

        return agreed.Wants(MilterSteps.NoEndOfHeader) ? await TellAsync(
            "end of header", MilterCommand.EndOfHeader, [], MilterSteps.SilentEndOfHeader) : null;
    }

    private async ValueTask<MilterEnd?> TellFieldAsync(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
    {
        await wire.BeginAsync(MilterCommand.Header, name.Length + value.Length + 2, cancel);
        wire.Add(name.Span);
        wire.Add(0);
        AddValue(agreed.Wants(MilterSteps.LeadingSpace) ? value.Span.TrimStart(" \t"u8) : value.Span);
        wire.Add(0);
        wire.End();
        return await ReadAnswerAsync("header", MilterSteps.SilentHeaders);
    }

    /// <summary>Within a value lines end with LF alone; a NUL in it would hide what follows.</summary>
    private void AddValue(ReadOnlySpan<byte> value)
    {
        while (value.IndexOfAny((byte)0, (byte)'\r') is var at and >= 0)
        {
            wire.Add(value[..at]);
            if (value[at] == 0)
                wire.Add((byte)'?');
            else if (at + 1 >= value.Length || value[at + 1] != '\n')
                wire.Add((byte)'\r');
            value = value[(at + 1)..];
        }

        wire.Add(value);
    }

    private async ValueTask<MilterEnd?> TellBodyAsync(HeaderReader reader)
    {
        if (!agreed.Wants(MilterSteps.NoBody))
            return null;
        byte[] piece = ArrayPool<byte>.Shared.Rent(MilterWire.MaxData);
        try
        {
            return await TellBodyAsync(reader, piece);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async ValueTask<MilterEnd?> TellBodyAsync(HeaderReader reader, byte[] piece)
    {
        while (true)
        {
            int length = 0;
            while (length < MilterWire.MaxData && await reader.ReadBodyAsync(
                piece.AsMemory(length, MilterWire.MaxData - length), cancel) is var read and > 0)
                length += read;
            if (length == 0)
                return null;
            await wire.BeginAsync(MilterCommand.Body, length, cancel);
            wire.Add(piece.AsSpan(0, length));
            wire.End();
            var end = await ReadAnswerAsync("body", MilterSteps.SilentBody, skippable: true);
            if (end is { Answer: MilterAnswer.Skip })
                return null;
            if (end is not null)
                return end;
        }
    }

    private async ValueTask<MilterEnd> EndAsync()
    {
        await MacrosAsync(MilterCommand.EndOfMessage, ("i", session.Draft!.QueueId));
        await wire.BeginAsync(MilterCommand.EndOfMessage, 0, cancel);
        wire.End();
        for (int packets = 0; packets < MaxPackets; packets++)
        {
            var (answer, data) = await patience.WaitAsync(wire, MilterPhase.End, cancel);
            if (answer == MilterAnswer.Progress || Changes.Take(answer, data.Span, !agreed.Wants(MilterSteps.LeadingSpace)))
                continue;
            return Read(answer, data.Span, "end of message") ?? new MilterEnd(MilterAnswer.Accept, "end of message");
        }

        throw new FilterException(OurEvidence.MilterTooManyPackets.Say(MaxPackets));
    }

    private async ValueTask<MilterEnd?> TellAsync(string step, byte command, byte[] data, MilterSteps silent)
    {
        await wire.BeginAsync(command, Math.Min(data.Length, MilterWire.MaxData), cancel);
        wire.Add(data);
        wire.End();
        return await ReadAnswerAsync(step, silent);
    }

    /// <returns>Null if the conversation goes on.</returns>
    private async ValueTask<MilterEnd?> ReadAnswerAsync(string step, MilterSteps silent, bool skippable = false)
    {
        if (!agreed.Wants(silent))
            return null;
        for (int packets = 0; packets < MaxPackets; packets++)
        {
            var (answer, data) = await patience.WaitAsync(wire, MilterPhase.Step, cancel);
            if (answer == MilterAnswer.Progress)
                continue;
            if (answer == MilterAnswer.Skip && skippable)
                return new MilterEnd(answer, step);
            return Read(answer, data.Span, step);
        }

        throw new FilterException(OurEvidence.MilterTooManyPacketsAt.Say(MaxPackets, step));
    }

    private static MilterEnd? Read(byte answer, ReadOnlySpan<byte> data, string step)
    {
        switch (answer)
        {
            case MilterAnswer.Continue:
                return null;
            case MilterAnswer.Accept or MilterAnswer.Reject or MilterAnswer.Discard:
                return new MilterEnd(answer, step);
            case MilterAnswer.TempFail:
                return new MilterEnd(answer, step, Permanent: false);
            case MilterAnswer.ReplyCode when MilterText.TryReadReply(data, out bool permanent, out string words):
                return new MilterEnd(answer, step, words, permanent);
            case MilterAnswer.ReplyCode:
                throw new FilterException(OurEvidence.MilterBadReply.Say(step, MilterText.Read(data)));
            case MilterAnswer.ConnectionFailed or MilterAnswer.Shutdown:
                throw new FilterException(OurEvidence.MilterEndedConnection.Say(step));
            default:
                throw new FilterException(OurEvidence.MilterOddAnswer.Say(step, MilterText.Letter(answer)));
        }
    }

    /// <summary>The filter has decided; it need not receive QUIT.</summary>
    private async ValueTask QuitAsync(MilterEnd end)
    {
        try
        {
            if (end.At != "end of message")
                await OneLetterAsync(MilterCommand.Abort);
            await OneLetterAsync(MilterCommand.Quit);
            await wire.SendAsync(cancel);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // It has said what we wanted to know.
        }
    }

    private async ValueTask OneLetterAsync(byte command)
    {
        await wire.BeginAsync(command, 0, cancel);
        wire.End();
    }

    private async ValueTask MacrosAsync(byte command, params (string Name, string? Value)[] macros)
    {
        byte[] data = [command, .. macros.Where(macro => !string.IsNullOrEmpty(macro.Value))
            .SelectMany(macro => (byte[])[.. Text(macro.Name), .. Text(macro.Value!)])];
        await wire.BeginAsync(MilterCommand.Macros, Math.Min(data.Length, MilterWire.MaxData), cancel);
        wire.Add(data);
        wire.End();
    }

    private byte[] ConnectData()
    {
        byte[] port = [(byte)(session.Client.Port >> 8), (byte)session.Client.Port];
        byte family = Address.AddressFamily == AddressFamily.InterNetworkV6 ? (byte)'6' : (byte)'4';
        return [.. Text(ClientName), family, .. port, .. Text(Literal)];
    }

    private IPAddress Address => session.Client.Address;

    private string Literal => Address.ToString();

    /// <summary>Who has no confirmed name is called by his address, as sendmail does it.</summary>
    private string ClientName => session.ClientName ?? $"[{Literal}]";

    private static byte[] Arguments(Mailbox? address, IEnumerable<string> parameters) =>
        [.. Text($"<{address}>"), .. parameters.SelectMany(Text)];

    private IEnumerable<string> MailParameters()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"SIZE={session.Draft!.Length}");
        if (envelope.Body != BodyType.SevenBit)
            yield return envelope.Body == BodyType.EightBitMime ? "BODY=8BITMIME" : "BODY=BINARYMIME";
        if (envelope.SmtpUtf8)
            yield return "SMTPUTF8";
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text.Replace('\0', '?')), 0];
}
