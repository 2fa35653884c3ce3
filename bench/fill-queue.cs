#:project ../src/Gatepost.Storage
#:property PublishAot=false

// Fills a data folder with a queue, by the store's own commits and no network: dotnet run fill-queue.cs -- FOLDER COUNT
using System.Globalization;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;

string folder = args[0];
int count = int.Parse(args[1], CultureInfo.InvariantCulture);
const int Writers = 512;

await using var store = MailStore.Open(new StoreOptions { Folder = folder }, TimeProvider.System);
byte[] body = Encoding.ASCII.GetBytes(
    "Subject: one of many\r\n\r\n" + string.Concat(Enumerable.Repeat("It waits for its turn, like all the others do.\r\n", 20)));
byte[] head = "Received: from fill.test by mx.gatepost.test; Tue, 24 Nov 2026 06:00:00 +0000\r\n"u8.ToArray();
int next = -1;

await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
{
    for (int number; (number = Interlocked.Increment(ref next)) < count;)
    {
        await using var draft = store.Begin();
        await draft.WriteAsync(body, CancellationToken.None);
        // A thousand destinations, as a queue of that size has.
        var to = Mailbox.Parse(string.Create(CultureInfo.InvariantCulture, $"user{number}@domain{number % 1000}.test"));
        var envelope = new Envelope { Sender = Mailbox.Parse("from@client.test") };
        envelope.Recipients.Add(
            new EnvelopeRecipient(to) { Routes = [new Route(to, new Destination(DestinationKind.Mx, $"domain{number % 1000}.test"))] });
        var kept = await draft.CommitAsync(head, envelope, session: null, CancellationToken.None);
        if (kept.Outcome != StoreOutcome.Kept)
            throw new IOException($"{kept.Outcome}: {kept.Cause}");
        if (number % 100_000 == 0)
            Console.Error.WriteLine($"  {number:N0}");
    }
})));
