using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>Refuses names that no host can have, and names without a domain. Off unless configured.</summary>
/// <remarks>Many honest devices say a bare machine name, which is why it has to be wanted. RFC 5321 §2.3.5, §4.1.2.</remarks>
public sealed class HelloMalformed : IRule
{
    public string Name => "hello-malformed";

    public Stage Stage => Stage.Hello;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        string helo = context.Session.Helo ?? "";
        var name = helo.AsSpan().TrimEnd('.');
        if (!Domains.IsDomain(name))
            return ValueTask.FromResult(Refuse(HelloReplies.HelloMalformed, OurEvidence.NoHostName, OurEvidence.PassHostName));
        if (!name.Contains('.') && !name.StartsWith('['))
            return ValueTask.FromResult(Refuse(HelloReplies.HelloUnqualified, OurEvidence.NoDomain, OurEvidence.PassFullName));
        return ValueTask.FromResult(Verdict.Unremarkable);

        Verdict Refuse(ReplyEntry entry, EvidenceEntry<string> fault, FixedEvidence pass) => Verdict.Refuse(
            Name, entry.Say(("helo", helo)), fault.Say(helo), OurFacts.Helo.Is(helo), OurFacts.WouldPass.Is(pass.Say()));
    }

    private static class Domains
    {
        /// <summary>By the grammar of addresses, which has the same domains.</summary>
        public static bool IsDomain(ReadOnlySpan<char> name)
        {
            if (name.Length is 0 or > Mailbox.MaxDomain)
                return false;
            Span<byte> address = stackalloc byte[2 + (Mailbox.MaxDomain * 3)];
            address[0] = (byte)'a';
            address[1] = (byte)'@';
            int length = 2 + Encoding.UTF8.GetBytes(name, address[2..]);
            return Mailbox.TryParse(address[..length], utf8: true, out _);
        }
    }
}
