using System.Buffers;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message that passed through more servers than any way is long: it goes in a circle.</summary>
/// <remarks>Loops are found by counting Received fields (RFC 5321 §6.3).</remarks>
public sealed class TooManyHops : IRule
{
    public string Name => "too-many-hops";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Session.Draft is not { Length: > 0 } draft)
            return Verdict.Unremarkable;

        int hops = await CountAsync(draft, cancel);
        if (hops <= @case.Options.MaxHops)
            return Verdict.Unremarkable;

        return Verdict.Refuse(
            Name,
            OurReplies.TooManyHops.Say(("hops", hops)),
            $"{hops} Received fields, {@case.Options.MaxHops} is the limit",
            new Fact("received fields", $"{hops}"),
            new Fact("limit", $"{@case.Options.MaxHops}"),
            new Fact("would pass", "the loop cut: the Received fields name the servers that send to each other"));
    }

    /// <summary>Reads the header in pieces of 4 KB; stops at the empty line.</summary>
    private static async ValueTask<int> CountAsync(IMessageDraft draft, CancellationToken cancel)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(4096);
        await using var octets = draft.OpenRead();
        try
        {
            var counter = new ReceivedFields();
            int read;
            while (!counter.AtEnd && (read = await octets.ReadAsync(piece, cancel)) > 0)
                counter.Read(piece.AsSpan(0, read));
            return counter.Count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
