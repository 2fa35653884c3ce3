using System.Text.Json.Serialization;

namespace Gatepost.Replies;

/// <summary>What a rule saw when it judged: a DNS answer, a counter and its limit, a table entry.</summary>
[JsonConverter(typeof(FactJson))]
public sealed class Fact : IEquatable<Fact>
{
    private const char EndOfKey = '#';

    private string? recordedName, recordedValue;

    internal Fact(FactEntry? entry, string key, object? about, object value)
    {
        Entry = entry;
        Key = key;
        About = about;
        Value = value;
    }

    /// <summary>Null if the record is of another version, which had other facts.</summary>
    public FactEntry? Entry { get; }

    /// <summary>Stable: <c>limit</c>, <c>ptr</c>, <c>would-pass</c>. In records from before facts had keys, their English name.</summary>
    public string Key { get; }

    /// <summary>What it is about, where the key alone does not say: the name that was asked, the filter, the rule.</summary>
    public object? About { get; }

    /// <summary>A text, number, <see cref="Octets"/>, duration, instant, IP address, list of texts, or <see cref="Finding"/>.</summary>
    public object Value { get; }

    /// <summary>Whether it is this fact.</summary>
    public bool Is(FactEntry entry) => Key == entry.Key;

    /// <summary>What it is called, in the given language.</summary>
    public string LabelIn(Texts texts) => texts.Label(this);

    /// <summary>Its value, in the given language.</summary>
    public string ValueIn(Texts texts) => texts.Show(Value);

    /// <summary>What it is called in English.</summary>
    public string Label => LabelIn(Texts.English);

    /// <summary>Its value in English.</summary>
    public string Text => ValueIn(Texts.English);

    /// <summary>How journal and quarantine keep it: two texts, of which the first repeats from event to event.</summary>
    public (string Name, string Value) ToRecord()
    {
        recordedName ??= Entry is { } entry && About is null ? entry.RecordedName
            : Entry is null && About is null ? Key
            : Key + EndOfKey + (About is null ? "" : EvidenceRecord.Write(About));
        recordedValue ??= Value is Finding finding ? finding.ToRecord() : Entry is null && Value is string text ? text
            : EvidenceRecord.Write(Value);
        return (recordedName, recordedValue);
    }

    /// <summary>The fact that <see cref="ToRecord"/> wrote; names and values of older records are taken as they are.</summary>
    public static Fact Read(string name, string value)
    {
        int end = name.IndexOf(EndOfKey);
        if (end <= 0 || name.AsSpan(0, end).ContainsAnyExcept(FactEntry.Letters))
            return new Fact(null, name, null, value);

        string key = name[..end];
        object? about = end + 1 < name.Length ? EvidenceRecord.Read(name.AsSpan(end + 1)) : null;
        object read = value.Length > 0 && value[0] == Finding.Mark ? Finding.Read(value) : EvidenceRecord.Read(value) ?? value;
        return new Fact(FactEntry.Find(key), key, about, read) { recordedName = name, recordedValue = value };
    }

    public bool Equals(Fact? other) => other is not null && ToRecord() == other.ToRecord();

    public override bool Equals(object? obj) => Equals(obj as Fact);

    public override int GetHashCode() => ToRecord().GetHashCode();

    public override string ToString() => $"{Label}: {Text}";
}

/// <summary>A kind of fact. Its name for people is data: <c>[fact]</c> in the words files, under <see cref="Key"/>.</summary>
public abstract class FactEntry
{
    /// <summary>What a key is made of.</summary>
    internal static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-");

    private protected FactEntry(string key)
    {
        Key = key;
        RecordedName = key + "#";
    }

    /// <summary>Kebab case, unique; it is in the journal and in JSON and never changes.</summary>
    public string Key { get; }

    internal string RecordedName { get; }

    /// <summary>The entry of that key; null if this version has none.</summary>
    public static FactEntry? Find(string key) => OurFacts.All.GetValueOrDefault(key);
}

/// <summary>A kind of fact with a value of one type.</summary>
public sealed class FactEntry<TValue> : FactEntry
    where TValue : notnull
{
    internal FactEntry(string key)
        : base(key)
    {
    }

    public Fact Is(TValue value) => new(this, Key, null, value);
}

/// <summary>A kind of fact about something: the PTR of an address, the answer of a filter.</summary>
public sealed class FactEntry<TAbout, TValue> : FactEntry
    where TAbout : notnull
    where TValue : notnull
{
    internal FactEntry(string key)
        : base(key)
    {
    }

    public Fact Is(TAbout about, TValue value) => new(this, Key, about, value);
}
