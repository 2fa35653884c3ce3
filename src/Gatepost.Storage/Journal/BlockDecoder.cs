using System.IO.Hashing;
using System.Net;
using System.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Unpacks a block.</summary>
internal ref struct BlockDecoder
{
    private readonly BlockHeader header;
    private readonly string[] strings;
    private readonly Dictionary<string, IPAddress> addresses = new(StringComparer.Ordinal);
    private ReadOnlySpan<byte> rest;

    private BlockDecoder(BlockHeader header, ReadOnlySpan<byte> payload)
    {
        this.header = header;
        rest = payload;
        strings = new string[checked((int)Varint())];
        for (int i = 0; i < strings.Length; i++)
        {
            int length = checked((int)Varint());
            strings[i] = Encoding.UTF8.GetString(rest[..length]);
            rest = rest[length..];
        }
    }

    /// <summary>All events of a block.</summary>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static List<JournalEvent> Decode(ReadOnlySpan<byte> block)
    {
        if (BlockHeader.Read(block) is not { } header || block.Length < header.Length
            || XxHash3.HashToUInt64(block[BlockEncoder.HeaderLength..header.Length]) != header.Hash)
            throw new InvalidDataException("a block of the journal is damaged");

        var decoder = new BlockDecoder(header, block[(BlockEncoder.HeaderLength + (header.Keys * 8))..header.Length]);
        var records = new List<JournalEvent>(header.Events);
        for (int i = 0; i < header.Events; i++)
            records.Add(decoder.Next(header.FirstPosition + i));
        return records;
    }

    private JournalEvent Next(long position)
    {
        var fields = (Fields)Varint();
        var kind = (JournalKind)Varint();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(header.Time + SignedVarint());
        string? session = Text(fields, Fields.Session), queueId = Text(fields, Fields.QueueId), peer = Text(fields, Fields.Peer),
            peerName = Text(fields, Fields.PeerName);
        Stage? stage = fields.HasFlag(Fields.Stage) ? (Stage)Varint() : null;
        string? command = Text(fields, Fields.Command);
        string? entry = null, status = null, text = null;
        int? code = null;
        if (fields.HasFlag(Fields.Reply))
        {
            entry = strings[(int)Varint()];
            code = (int)Varint();
            status = strings[(int)Varint()];
            text = strings[(int)Varint()];
        }

        return new JournalEvent
        {
            Position = position,
            Kind = kind,
            At = at,
            Outbound = fields.HasFlag(Fields.Outbound),
            Session = session,
            QueueId = queueId,
            Peer = peer is null ? null : AddressOf(peer),
            PeerName = peerName,
            Stage = stage,
            Command = command,
            Entry = entry,
            Code = code,
            Status = string.IsNullOrEmpty(status) ? null : status,
            Text = text,
            Sender = Text(fields, Fields.Sender),
            Recipient = Text(fields, Fields.Recipient),
            Rule = Text(fields, Fields.Rule),
            VerdictId = Text(fields, Fields.VerdictId),
            Detail = Text(fields, Fields.Detail) is { } detail ? Finding.Read(detail) : null,
            NextAttempt = fields.HasFlag(Fields.NextAttempt) ? DateTimeOffset.FromUnixTimeMilliseconds(header.Time + SignedVarint()) : null,
            Size = fields.HasFlag(Fields.Size) ? (long)Varint() : null,
            Facts = fields.HasFlag(Fields.Facts) ? Facts() : [],
            Reason = header.IsEarlier ? ReasonOf(entry) : Text(fields, Fields.Reason),
            MessageId = Text(fields, Fields.MessageId),
            Login = Text(fields, Fields.Login),
            ReverseName = Text(fields, Fields.ReverseName),
        };
    }

    /// <summary>Earlier versions kept the entry alone.</summary>
    private static string? ReasonOf(string? entry) =>
        entry is not null && ReplyDatabase.BuiltIn.Entries.TryGetValue(entry, out var known) ? known.Reason?.Word : null;

    /// <summary>Sessions and attempts name the other side in each of their events.</summary>
    private IPAddress AddressOf(string text) =>
        addresses.TryGetValue(text, out var known) ? known : addresses[text] = IPAddress.Parse(text);

    private Fact[] Facts()
    {
        var facts = new Fact[checked((int)Varint())];
        for (int i = 0; i < facts.Length; i++)
            facts[i] = Fact.Read(strings[(int)Varint()], strings[(int)Varint()]);
        return facts;
    }

    private string? Text(Fields fields, Fields field) => fields.HasFlag(field) ? strings[(int)Varint()] : null;

    private long SignedVarint()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte octet = rest[0];
            rest = rest[1..];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value;
        }

        throw new InvalidDataException("a number in the journal never ends");
    }
}
