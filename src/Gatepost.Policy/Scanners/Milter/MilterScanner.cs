using System.Net.Sockets;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>Asks a filter that speaks sendmail's milter protocol, version 6 (libmilter, OpenDKIM, rspamd's proxy).</summary>
public sealed class MilterScanner(ScannerOptions options, Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider time) : IScanner
{
    public string Name => options.Name;

    public async ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var patience = new MilterTimeouts(options.Timeout, time);
        try
        {
            await using var stream = await ConnectAsync(patience, both.Token);
            using var wire = new MilterWire(stream);
            var offered = options.PretendHeaderChanges ? MilterActions.Honoured | MilterActions.ChangeHeaders : MilterActions.Honoured;
            var conversation = new MilterSession(wire, session, offered, patience, both.Token);
            return Read(await conversation.RunAsync(), conversation.Changes);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Scan.Away(Name, OurEvidence.NoAnswerWithin.Say(options.Timeout));
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return Scan.Away(Name, failure);
        }
    }

    private async ValueTask<Stream> ConnectAsync(MilterTimeouts patience, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience.For(MilterPhase.Agree), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await connect(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new FilterException(OurEvidence.MilterNoConnection.Say(patience.For(MilterPhase.Agree)));
        }
    }

    private Scan Read(MilterEnd end, MilterChanges changes)
    {
        var facts = new List<Fact> { OurFacts.MilterStep.Is(end.At) };
        if (end.Words.Length > 0)
            facts.Add(OurFacts.FilterWords.Is(end.Words));
        facts.AddRange(changes.Refused.Select(OurFacts.NotDone.Is));

        return end.Answer switch
        {
            MilterAnswer.Accept when changes.Quarantine is { } why => new Scan(ScanOutcome.KeptBack, Name, why, Facts: facts),
            MilterAnswer.Accept => new Scan(ScanOutcome.Clean, Name, Facts: facts) { Fields = changes.Fields },
            MilterAnswer.Discard => new Scan(ScanOutcome.KeptBack, Name, "it would have discarded the message", Facts: facts),
            _ when !end.Permanent => new Scan(ScanOutcome.Deferred, Name, Words(end), Facts: facts),
            _ => new Scan(options.RefusalMeans, Name, Words(end), Facts: facts),
        };
    }

    private static string Words(MilterEnd end) => end.Words.Length > 0 ? end.Words : $"refused at {end.At}";
}
