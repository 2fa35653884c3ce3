using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using Gatepost.Smtp.Search;

namespace Gatepost.Storage.Search;

/// <summary>Where a page ended.</summary>
/// <param name="Before">Events from this position on have been looked at.</param>
/// <param name="Skip">Of the event before it so many stories were on the page already.</param>
/// <param name="Top">The newest event of the first page; what came later is left out, so that no story moves between pages.</param>
/// <param name="Driver">By which word the blocks are chosen; -1 for none.</param>
internal readonly record struct SearchCursor(long Before, int Skip, long Top, int Driver)
{
    private const int Length = 8 + 4 + 8 + 4 + 4;

    public string Write(SearchQuery query)
    {
        Span<byte> octets = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(octets, Before);
        BinaryPrimitives.WriteInt32LittleEndian(octets[8..], Skip);
        BinaryPrimitives.WriteInt64LittleEndian(octets[12..], Top);
        BinaryPrimitives.WriteInt32LittleEndian(octets[20..], Driver);
        BinaryPrimitives.WriteUInt32LittleEndian(octets[24..], MarkOf(query));
        return Base64Url.EncodeToString(octets);
    }

    /// <exception cref="FormatException">It is no cursor of this query.</exception>
    public static SearchCursor Read(string text, SearchQuery query)
    {
        Span<byte> octets = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out int length) || length != Length
            || !Base64Url.TryDecodeFromChars(text, octets, out _)
            || BinaryPrimitives.ReadUInt32LittleEndian(octets[24..]) != MarkOf(query))
            throw new FormatException("the cursor belongs to another search: begin again without it");
        return new SearchCursor(
            BinaryPrimitives.ReadInt64LittleEndian(octets),
            Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(octets[8..])),
            BinaryPrimitives.ReadInt64LittleEndian(octets[12..]),
            Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(octets[20..]), -1, query.Words.Count - 1));
    }

    /// <summary>Another query would go on in the middle of stories it never showed.</summary>
    private static uint MarkOf(SearchQuery query)
    {
        var text = new StringBuilder();
        foreach (var key in query.Words.SelectMany(word => word.Keys))
            text.Append((int)key.Kind).Append((int)key.Side).Append(key.Value.ToLowerInvariant()).Append('\n');
        return (uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
