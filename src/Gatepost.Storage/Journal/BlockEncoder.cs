using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;

namespace Gatepost.Storage.Journal;

/// <summary>
/// Packs events into a block: header, hashes of the keys, strings once each, events that refer to them. Reused for block after block.
/// </summary>
/// <remarks>
/// Header, little endian: mark u32, length of strings and events u32, keys u32, events u32, first position u64, time of the
/// first event u64 (milliseconds since 1970), hash u64 of all behind the header.
/// </remarks>
internal sealed class BlockEncoder
{
    public const int HeaderLength = 40;
    public const uint Mark = 0x326A5047; // "GPj2"

    /// <summary>The mark of blocks that earlier versions wrote: with ids, addresses and IP addresses as their only keys.</summary>
    public const uint EarlierMark = 0x316A5047; // "GPj1"

    /// <summary>Events in one block: few enough that looking one up unpacks little, enough that strings repeat.</summary>
    public const int MaxEvents = 512;

    /// <summary>Facts of an event whose places are remembered; those behind share the last.</summary>
    private const int MaxRememberedFacts = 8;

    private readonly Dictionary<string, int> strings = new(StringComparer.Ordinal);
    private readonly List<KeyRoles> keyed = [];
    private readonly BlockFigures figures = new();
    private readonly HashSet<ulong> keys = [];
    private readonly Dictionary<IPAddress, string> peers = [];
    private readonly Dictionary<EnhancedStatus, string> statuses = [];
    private readonly Slot[] slots = new Slot[Slots.Facts + (2 * MaxRememberedFacts)];
    private readonly ArrayBufferWriter<byte> stringOctets = new(32 * 1024);
    private readonly ArrayBufferWriter<byte> eventOctets = new(32 * 1024);
    private readonly ArrayBufferWriter<byte> block = new(96 * 1024);
    private long time;

    /// <summary>Hashes of the keys of the last block.</summary>
    public IReadOnlyCollection<ulong> Keys => keys;

    /// <summary>Packs 1 to <see cref="MaxEvents"/> events; the memory is good until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<JournalEvent> events, long firstPosition)
    {
        Clear();
        time = events[0].At.ToUnixTimeMilliseconds();
        foreach (var happened in events)
            Add(happened);
        figures.AddKeys(keys);

        Span<byte> header = block.GetSpan(HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(
            header[4..], VarintLength(strings.Count) + stringOctets.WrittenCount + eventOctets.WrittenCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], keys.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], events.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], firstPosition);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], time);
        block.Advance(HeaderLength);
        foreach (ulong key in keys)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(block.GetSpan(8), key);
            block.Advance(8);
        }

        Varint(block, (ulong)strings.Count);
        block.Write(stringOctets.WrittenSpan);
        block.Write(eventOctets.WrittenSpan);
        Seal();
        return block.WrittenMemory;
    }

    private void Seal()
    {
        // ArrayBufferWriter gives its written part read-only; the header is in memory we own anyway.
        var written = System.Runtime.InteropServices.MemoryMarshal.AsMemory(block.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt64LittleEndian(written[32..], XxHash3.HashToUInt64(written[HeaderLength..]));
    }

    private void Add(JournalEvent e)
    {
        var fields = FieldsOf(e);
        Varint(eventOctets, (ulong)fields);
        Varint(eventOctets, (ulong)e.Kind);
        SignedVarint(eventOctets, e.At.ToUnixTimeMilliseconds() - time);
        Text(Slots.Session, e.Session, KeyRoles.Plain);
        Text(Slots.QueueId, e.QueueId, KeyRoles.Plain);
        if (e.Peer is { } peer)
            Text(Slots.Peer, NameOf(peer), KeyRoles.Plain | KeyRoles.Network);
        Text(Slots.PeerName, e.PeerName, KeyRoles.Host);
        if (e.Stage is { } stage)
            Varint(eventOctets, (ulong)stage);
        Text(Slots.Command, e.Command);
        if (e.Reply is { } reply)
        {
            Text(Slots.Entry, reply.Entry.Id, KeyRoles.Entry);
            Varint(eventOctets, (ulong)reply.Code);
            figures.Note(reply.Code);
            Text(Slots.Status, reply.Status is { } status ? NameOf(status) : "", KeyRoles.Status);
            Text(Slots.Reply, reply.Text);
        }

        figures.Note(StoryOutcomes.Of(e));
        // The account of a log-in that failed is where its event has the sender.
        Text(Slots.Sender, e.Sender, e.Stage == Stage.Authenticate ? KeyRoles.Address | KeyRoles.Login : KeyRoles.Address);
        Text(Slots.Recipient, e.Recipient, KeyRoles.Address);
        Text(Slots.Rule, e.Rule, KeyRoles.Rule);
        Text(Slots.VerdictId, e.VerdictId, KeyRoles.Plain);
        Text(Slots.Detail, e.Detail?.ToRecord());
        if (e.NextAttempt is { } next)
            SignedVarint(eventOctets, next.ToUnixTimeMilliseconds() - time);
        if (e.Size is { } size)
            Varint(eventOctets, (ulong)size);
        if (e.Facts.Count > 0)
            AddFacts(e.Facts);
        Text(Slots.Reason, e.Reason, KeyRoles.Reason);
        Text(Slots.MessageId, e.MessageId, KeyRoles.MessageId);
        Text(Slots.Login, e.Login, KeyRoles.Login);
        Text(Slots.ReverseName, e.ReverseName, KeyRoles.Host);
    }

    private void AddFacts(IReadOnlyList<Fact> facts)
    {
        Varint(eventOctets, (ulong)facts.Count);
        for (int i = 0; i < facts.Count; i++)
        {
            int place = Slots.Facts + (2 * Math.Min(i, MaxRememberedFacts - 1));
            var (name, value) = facts[i].ToRecord();
            Text(place, name);
            Text(place + 1, value);
        }
    }

    private static Fields FieldsOf(JournalEvent e) =>
        (e.Outbound ? Fields.Outbound : 0)
        | (e.Session is null ? 0 : Fields.Session)
        | (e.QueueId is null ? 0 : Fields.QueueId)
        | (e.Peer is null ? 0 : Fields.Peer)
        | (e.PeerName is null ? 0 : Fields.PeerName)
        | (e.Stage is null ? 0 : Fields.Stage)
        | (e.Command is null ? 0 : Fields.Command)
        | (e.Reply is null ? 0 : Fields.Reply)
        | (e.Sender is null ? 0 : Fields.Sender)
        | (e.Recipient is null ? 0 : Fields.Recipient)
        | (e.Rule is null ? 0 : Fields.Rule)
        | (e.VerdictId is null ? 0 : Fields.VerdictId)
        | (e.Detail is null ? 0 : Fields.Detail)
        | (e.NextAttempt is null ? 0 : Fields.NextAttempt)
        | (e.Size is null ? 0 : Fields.Size)
        | (e.Facts.Count == 0 ? 0 : Fields.Facts)
        | (e.Reason is null ? 0 : Fields.Reason)
        | (e.MessageId is null ? 0 : Fields.MessageId)
        | (e.Login is null ? 0 : Fields.Login)
        | (e.ReverseName is null ? 0 : Fields.ReverseName);

    private string NameOf(IPAddress peer)
    {
        if (!peers.TryGetValue(peer, out string? name))
            peers[peer] = name = JournalKeys.Of(peer);
        return name;
    }

    private string NameOf(EnhancedStatus status)
    {
        if (!statuses.TryGetValue(status, out string? name))
            statuses[status] = name = status.ToString();
        return name;
    }

    /// <summary>
    /// Writes which string it is. What was in this place of the event before is not looked up again: sessions say the same again and
    /// again, and a verdict and its reply share their strings.
    /// </summary>
    private void Text(int place, string? text, KeyRoles roles = KeyRoles.None)
    {
        if (text is null)
            return;
        ref var slot = ref slots[place];
        if (!ReferenceEquals(slot.Text, text) || (roles & ~slot.Roles) != 0)
            slot = new Slot(text, IndexOf(text, roles), roles);
        Varint(eventOctets, (ulong)slot.Index);
    }

    private int IndexOf(string text, KeyRoles roles)
    {
        ref int index = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(strings, text, out bool known);
        if (!known)
        {
            index = strings.Count - 1;
            keyed.Add(KeyRoles.None);
            int length = Encoding.UTF8.GetByteCount(text);
            Varint(stringOctets, (ulong)length);
            stringOctets.Advance(Encoding.UTF8.GetBytes(text, stringOctets.GetSpan(length)));
        }

        var missing = roles & ~keyed[index];
        if (missing != 0 && text.Length > 0)
        {
            keyed[index] |= missing;
            JournalKeys.Add(text, missing, keys);
        }

        return index;
    }

    private void Clear()
    {
        strings.Clear();
        keyed.Clear();
        keys.Clear();
        figures.Clear();
        Array.Clear(slots);
        if (peers.Count > 10_000)
            peers.Clear();
        if (statuses.Count > 1_000)
            statuses.Clear();
        stringOctets.ResetWrittenCount();
        eventOctets.ResetWrittenCount();
        block.ResetWrittenCount();
    }

    private static void SignedVarint(ArrayBufferWriter<byte> to, long value) => Varint(to, (ulong)((value << 1) ^ (value >> 63)));

    private static void Varint(ArrayBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        to.Advance(length);
    }

    /// <summary>The string that was last in one place of an event, and which of the block's strings it is.</summary>
    private readonly record struct Slot(string? Text, int Index, KeyRoles Roles);

    private static class Slots
    {
        public const int Session = 0, QueueId = 1, Peer = 2, PeerName = 3, Command = 4, Entry = 5, Status = 6, Reply = 7, Sender = 8,
            Recipient = 9, Rule = 10, VerdictId = 11, Detail = 12, Reason = 13, MessageId = 14, Login = 15, ReverseName = 16, Facts = 17;
    }

    private static int VarintLength(int value)
    {
        int length = 1;
        while ((value >>= 7) > 0)
            length++;
        return length;
    }
}
