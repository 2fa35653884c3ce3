using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Replies;

namespace Gatepost.Composition;

/// <summary>Raises an alarm when DNS stays silent question after question: then it is our resolver, not a single zone.</summary>
internal sealed class ResolverWatch(Alarms alarms)
{
    private const string Key = "dns";

    /// <summary>Questions without an answer in a row; one broken zone rarely causes so many.</summary>
    private const int Patience = 10;

    private const string LieKey = "dns-lies";

    private int silences;

    /// <summary>Raises an alarm while the resolver denies what exists, or invents what does not.</summary>
    /// <param name="name">The name that must exist.</param>
    public void Checked(ResolverLie lie, string name)
    {
        if (lie == ResolverLie.None)
            alarms.Clear(LieKey);
        else
            alarms.Raise(LieKey, lie == ResolverLie.Denies ? OurEvidence.ResolverDenies.Say(name) : OurEvidence.ResolverInvents.Say());
    }

    /// <param name="instead">Null if a server answered, else what happened.</param>
    public void Note(Finding? instead)
    {
        if (instead is null)
        {
            if (Volatile.Read(ref silences) != 0 && Interlocked.Exchange(ref silences, 0) >= Patience)
                alarms.Clear(Key);
        }
        else if (Interlocked.Increment(ref silences) >= Patience)
        {
            alarms.Raise(Key, OurEvidence.ResolverSilent.Say(Patience, instead));
        }
    }
}
