using System.Text.Json.Serialization;

namespace Gatepost.Replies;

/// <summary>
/// An <see cref="EvidenceEntry"/> with its arguments. It becomes text only when it is read, in the reader's language.
/// </summary>
/// <remarks>
/// There is no public constructor: a reason comes from an entry, or from a record that an entry wrote (<see cref="Read"/>).
/// </remarks>
[JsonConverter(typeof(FindingJson))]
public sealed class Finding : IEquatable<Finding>
{
    /// <summary>Begins a recorded finding. Older records hold a sentence instead, which never begins with a control character.</summary>
    internal const char Mark = '\u0001';

    private string? record;

    internal Finding(EvidenceEntry? entry, string id, IReadOnlyList<object?> arguments)
    {
        Entry = entry;
        Id = id;
        Arguments = arguments;
    }

    /// <summary>Null if the record is of another version, which had other entries, or none.</summary>
    public EvidenceEntry? Entry { get; }

    /// <summary>The entry's id; <c>recorded</c> for a sentence of an older record.</summary>
    public string Id { get; }

    /// <summary>Text, numbers, <see cref="Octets"/>, durations, instants, IP addresses, lists of texts, or other findings.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>A sentence of a record from before findings had entries.</summary>
    internal const string Recorded = "recorded";

    /// <summary>The finding that <see cref="ToRecord"/> wrote; any other text is taken as the sentence of an older record.</summary>
    public static Finding Read(string text)
    {
        if (text.Length > 0 && text[0] == Mark && EvidenceRecord.ReadFinding(text.AsSpan(1)) is { } finding)
        {
            finding.record = text;
            return finding;
        }

        return new Finding(null, Recorded, [text]);
    }

    /// <summary>How journal, quarantine and state keep it: the entry's id and the arguments with their types.</summary>
    public string ToRecord() => record ??= Id == Recorded ? (string)Arguments[0]! : Mark + EvidenceRecord.Write(this);

    /// <summary>In the given language.</summary>
    public string In(Texts texts) => texts.Show(this);

    /// <summary>In English, for logs.</summary>
    public override string ToString() => Texts.English.Show(this);

    public bool Equals(Finding? other) => other is not null && (ReferenceEquals(this, other) || ToRecord() == other.ToRecord());

    public override bool Equals(object? obj) => Equals(obj as Finding);

    public override int GetHashCode() => ToRecord().GetHashCode(StringComparison.Ordinal);
}

/// <summary>A number of octets: of a message, a mailbox, a limit.</summary>
public readonly record struct Octets(long Count)
{
    public override string ToString() => $"{Count}";
}
