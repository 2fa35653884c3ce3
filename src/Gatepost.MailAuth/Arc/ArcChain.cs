using System.Globalization;
using System.Text;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Arc;

/// <summary>The sets of a message, in order, or what is wrong with their structure (RFC 8617 §4.2, §5.2).</summary>
internal sealed class ArcChain
{
    /// <summary>RFC 8617 §4.2.1, §5.2.</summary>
    public const int MaxSets = 50;

    private ArcChain(IReadOnlyList<ArcSet> sets, Finding? fault, int highest, Finding? ended = null) =>
        (Sets, Fault, Highest, Ended) = (sets, fault, highest, ended);

    /// <summary>The first instance first; empty with a fault.</summary>
    public IReadOnlyList<ArcSet> Sets { get; }

    /// <summary>Null for a chain that can be checked, and for none.</summary>
    public Finding? Fault { get; }

    /// <summary>The highest instance that could be read.</summary>
    public int Highest { get; }

    /// <summary>Why nothing may be added to it: its last seal says that it failed, or it is as long as a chain can
    /// be. Null otherwise.</summary>
    public Finding? Ended { get; }

    public static ArcChain Read(MessageFields fields)
    {
        var results = fields.Places(ArcSet.ResultsName);
        var messages = fields.Places(ArcSet.MessageName);
        var seals = fields.Places(ArcSet.SealName);
        if (results.Count + messages.Count + seals.Count == 0)
            return new ArcChain([], null, 0);
        if (Math.Max(results.Count, Math.Max(messages.Count, seals.Count)) is > MaxSets and var many)
            return new ArcChain([], OurEvidence.ArcTooMany.Say(many, MaxSets), MaxSets, OurEvidence.ArcFull.Say(MaxSets));

        var (byResults, fault) = Number(fields, results, ArcSet.ResultsName);
        var (byMessage, messageFault) = Number(fields, messages, ArcSet.MessageName);
        var (bySeal, sealFault) = Number(fields, seals, ArcSet.SealName);
        int highest = byResults.Keys.Concat(byMessage.Keys).Concat(bySeal.Keys).DefaultIfEmpty().Max();
        var sets = new List<ArcSet>();
        fault ??= messageFault ?? sealFault;
        for (int i = 1; i <= highest && fault is null; i++)
        {
            fault = !byResults.ContainsKey(i) ? OurEvidence.ArcMissing.Say(ArcSet.ResultsName, i)
                : !byMessage.ContainsKey(i) ? OurEvidence.ArcMissing.Say(ArcSet.MessageName, i)
                : !bySeal.ContainsKey(i) ? OurEvidence.ArcMissing.Say(ArcSet.SealName, i)
                : null;
            if (fault is null)
                sets.Add(ArcSet.Read(i, byResults[i], byMessage[i], bySeal[i]));
        }

        fault ??= sets.Select(Wrong).FirstOrDefault(wrong => wrong is not null);
        return new ArcChain(fault is null ? sets : [], fault, highest, Ending(highest, bySeal.GetValueOrDefault(highest)));
    }

    private static Finding? Ending(int highest, HeaderField seal)
    {
        if (highest >= MaxSets)
            return OurEvidence.ArcFull.Say(MaxSets);
        var tags = seal.Raw.IsEmpty ? null : TagList.Read(seal.Value.Span);
        return tags?["cv"] == "fail" ? OurEvidence.ArcFailedBefore.Say(highest, tags["d"] ?? "") : null;
    }

    /// <summary>What is wrong with the tags of a set; null when nothing is.</summary>
    private static Finding? Wrong(ArcSet set)
    {
        if (set.Seal.Fault is { } seal)
            return OurEvidence.ArcField.Say(ArcSet.SealName, set.Instance, seal);
        if (set.Message.Fault is { } message)
            return OurEvidence.ArcField.Say(ArcSet.MessageName, set.Instance, message);
        // RFC 8617 §4.1.3: a seal covers the ARC fields, so it has no h=; §4.1.2: and no message signature covers a seal.
        if (set.Seal.Tags["h"] is not null)
            return OurEvidence.ArcSealHasNames.Say(set.Instance);
        if (set.Message.Names.Contains("arc-seal", StringComparer.Ordinal))
            return OurEvidence.ArcSignsSeal.Say(set.Instance);
        string wanted = set.Instance == 1 ? "none" : "pass";
        // A chain that failed says so in its last seal.
        return set.Chain == wanted || set.Chain == "fail" ? null : OurEvidence.ArcChainStatus.Say(set.Instance, set.Chain ?? "", wanted);
    }

    private static (Dictionary<int, HeaderField> Found, Finding? Fault) Number(MessageFields fields, IReadOnlyList<int> places, string name)
    {
        var found = new Dictionary<int, HeaderField>();
        foreach (int place in places)
        {
            var field = fields.All[place];
            int instance = name == ArcSet.ResultsName ? InstanceOfResults(field) : InstanceOf(TagList.Read(field.Value.Span)["i"]);
            if (instance == 0)
                return (found, OurEvidence.ArcInstance.Say(name));
            if (!found.TryAdd(instance, field))
                return (found, OurEvidence.ArcTwice.Say(name, instance));
        }

        return (found, null);
    }

    /// <summary>0 for what is no instance.</summary>
    private static int InstanceOf(string? text) =>
        text is { Length: 1 or 2 } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int instance)
            && instance <= MaxSets
            ? instance
            : 0;

    /// <summary>The instance comes first and ends with a semicolon: <c>i=1; mx.example.org; ...</c> (RFC 8617 §4.1.1).</summary>
    private static int InstanceOfResults(HeaderField field)
    {
        var value = field.Value.Span;
        int end = value.IndexOf((byte)';');
        if (end < 0 || end > 100)
            return 0;
        string first = Encoding.UTF8.GetString(value[..end]);
        int equals = first.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && first[..equals].Trim() == "i" ? InstanceOf(first[(equals + 1)..].Trim()) : 0;
    }
}
