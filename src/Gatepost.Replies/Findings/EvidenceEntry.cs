namespace Gatepost.Replies;

/// <summary>
/// One sentence of evidence: why a rule decided, what would have passed, what happened. Only an entry can say a <see cref="Finding"/>.
/// </summary>
/// <remarks>
/// The words are data: <c>[evidence]</c> in the words files, under <see cref="Id"/>. The arguments are typed by the entry's class.
/// </remarks>
public abstract class EvidenceEntry
{
    private protected EvidenceEntry(string id, params string[] parameters)
    {
        Id = id;
        Parameters = parameters;
    }

    /// <summary>Kebab case, unique; it is in the journal and in JSON and never changes.</summary>
    public string Id { get; }

    /// <summary>Names of the arguments in the order in which they are said; the placeholders of the words.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>The entry of that id; null if this version has none.</summary>
    public static EvidenceEntry? Find(string id) => OurEvidence.All.GetValueOrDefault(id);

    private protected Finding Make(params object?[] arguments) => new(this, Id, arguments);
}

/// <summary>A sentence without arguments.</summary>
public sealed class FixedEvidence : EvidenceEntry
{
    private readonly Finding finding;

    internal FixedEvidence(string id)
        : base(id) => finding = Make();

    /// <summary>Always the same object.</summary>
    public Finding Say() => finding;
}

/// <summary>A sentence with one argument.</summary>
public sealed class EvidenceEntry<T> : EvidenceEntry
{
    internal EvidenceEntry(string id, string name)
        : base(id, name)
    {
    }

    public Finding Say(T value) => Make(value);
}

/// <summary>A sentence with two arguments.</summary>
public sealed class EvidenceEntry<T1, T2> : EvidenceEntry
{
    internal EvidenceEntry(string id, string first, string second)
        : base(id, first, second)
    {
    }

    public Finding Say(T1 first, T2 second) => Make(first, second);
}

/// <summary>A sentence with three arguments.</summary>
public sealed class EvidenceEntry<T1, T2, T3> : EvidenceEntry
{
    internal EvidenceEntry(string id, string first, string second, string third)
        : base(id, first, second, third)
    {
    }

    public Finding Say(T1 first, T2 second, T3 third) => Make(first, second, third);
}

/// <summary>A sentence with four arguments.</summary>
public sealed class EvidenceEntry<T1, T2, T3, T4> : EvidenceEntry
{
    internal EvidenceEntry(string id, string first, string second, string third, string fourth)
        : base(id, first, second, third, fourth)
    {
    }

    public Finding Say(T1 first, T2 second, T3 third, T4 fourth) => Make(first, second, third, fourth);
}

/// <summary>A sentence with five arguments.</summary>
public sealed class EvidenceEntry<T1, T2, T3, T4, T5> : EvidenceEntry
{
    internal EvidenceEntry(string id, string first, string second, string third, string fourth, string fifth)
        : base(id, first, second, third, fourth, fifth)
    {
    }

    public Finding Say(T1 first, T2 second, T3 third, T4 fourth, T5 fifth) => Make(first, second, third, fourth, fifth);
}
