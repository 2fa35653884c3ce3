using System.Buffers;
using System.Text;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Message;

/// <summary>All header fields of one message, octet for octet, found by name from the last one up, as signatures count them
/// (RFC 6376 §5.4.2).</summary>
public sealed class MessageFields
{
    /// <summary>Fields of one header. Mail in use has below 200.</summary>
    public const int MaxFields = 10_000;

    private readonly Dictionary<string, List<int>> places = new(StringComparer.OrdinalIgnoreCase);

    private MessageFields(IReadOnlyList<HeaderField> all, bool isOverLimit)
    {
        All = all;
        IsOverLimit = isOverLimit;
        for (int i = 0; i < all.Count; i++)
        {
            string name = Encoding.ASCII.GetString(all[i].Name.Span);
            if (!places.TryGetValue(name, out var here))
                places[name] = here = [];
            here.Add(i);
        }
    }

    /// <summary>How much of a header is read: 1 MB. No field is cut.</summary>
    public static HeaderLimits Limits { get; } = new(Field: 1024 * 1024, Header: 1024 * 1024);

    /// <summary>In their order.</summary>
    public IReadOnlyList<HeaderField> All { get; }

    /// <summary>Whether the header is longer than <see cref="Limits"/> or has more than <see cref="MaxFields"/>: what was not read may hold
    /// anything, so nothing can be said of it.</summary>
    public bool IsOverLimit { get; }

    /// <summary>Where the fields of this name are, the first first.</summary>
    /// <param name="name">Without the colon; case does not matter.</param>
    public IReadOnlyList<int> Places(string name) => places.TryGetValue(name, out var here) ? here : [];

    /// <summary>The fields of this name, the first first.</summary>
    public IEnumerable<HeaderField> Named(string name) => Places(name).Select(place => All[place]);

    /// <summary>Reads the header. The body is read from the same reader afterwards, unless the header is over the limit.</summary>
    /// <param name="reader">Made with <see cref="Limits"/>.</param>
    public static async ValueTask<MessageFields> ReadAsync(HeaderReader reader, CancellationToken cancel)
    {
        var octets = new ArrayBufferWriter<byte>(2048);
        var marks = new List<(int Start, int Length, int Name, int Colon)>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            var field = reader.Field;
            if (marks.Count == MaxFields || field.IsCut)
                return new MessageFields([], isOverLimit: true);
            marks.Add((octets.WrittenCount, field.Raw.Length, field.NameLength, field.ColonAt));
            octets.Write(field.Raw.Span);
        }

        if (reader.End == HeaderEnd.OverLimit)
            return new MessageFields([], isOverLimit: true);
        var whole = octets.WrittenMemory;
        var all = marks.Select(mark => new HeaderField(whole.Slice(mark.Start, mark.Length), mark.Name, mark.Colon));
        return new MessageFields([.. all], isOverLimit: false);
    }

    /// <summary>The fields that a list of names signs, in its order: for each name the last field not taken yet, null when there is none
    /// left (RFC 6376 §5.4.2).</summary>
    public HeaderField?[] Select(IReadOnlyList<string> names)
    {
        var taken = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var selected = new HeaderField?[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            var here = Places(names[i]);
            int used = taken.GetValueOrDefault(names[i]);
            taken[names[i]] = used + 1;
            selected[i] = used < here.Count ? All[here[^(used + 1)]] : null;
        }

        return selected;
    }
}
