using System.Globalization;
using Gatepost.Replies;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes suspensions and blocks: they hold for configured names as well.</summary>
internal sealed class BlockEditor(DirectoryChecks checks, TimeProvider time)
{
    private const int MaxWhy = 500;

    public async Task<Finding> SuspendAsync(IDirectoryWriter writer, Suspend suspend, CancellationToken cancel)
    {
        string subject = await SubjectAsync(writer, suspend.Subject, cancel);
        CheckUntil(suspend.Until);
        if ((suspend.What & Suspended.Everything) == Suspended.Nothing)
            throw Refused(OurEvidence.SayWhatIsSuspended.Say());
        foreach (var what in Each(suspend.What))
            writer.Suspend(subject, new Suspension(what, suspend.By, time.GetUtcNow(), Why(suspend.Why), suspend.Until));
        return suspend.Until is { } end ? OurEvidence.SuspendedUntil.Say(subject, Words(suspend.What), end)
            : OurEvidence.SuspendedNow.Say(subject, Words(suspend.What));
    }

    public async Task<Finding> ResumeAsync(IDirectoryWriter writer, Resume resume, CancellationToken cancel)
    {
        string subject = await SubjectAsync(writer, resume.Subject, cancel);
        var lifted = Each(resume.What).Where(what => writer.Resume(subject, what)).Aggregate(Suspended.Nothing, (all, what) => all | what);
        return lifted == Suspended.Nothing
            ? throw Refused(OurEvidence.NotSuspended.Say(subject, Words(resume.What)))
            : OurEvidence.Resumed.Say(subject, Words(lifted));
    }

    private async Task<string> SubjectAsync(IDirectoryReader reader, string text, CancellationToken cancel)
    {
        string subject = Subject(text);
        if (subject.StartsWith('@'))
        {
            return await checks.View(reader).FindDomainAsync(subject[1..], cancel) is not null
                ? subject
                : throw Refused(OurEvidence.NoSuchDomain.Say(subject[1..], checks.Guess(reader, subject[1..])));
        }

        var key = AddressKey.Of(Address(text));
        return await checks.View(reader).FindAccountAsync(key, cancel) is not null
            ? subject
            : throw Refused(OurEvidence.NoSuchAccount.Say(key.ToString(), DirectoryChecks.GuessName(reader, key, isAlias: false)));
    }

    public Finding Add(IDirectoryWriter writer, AddBlock add)
    {
        CheckUntil(add.Until);
        if (add.For is not null && add.Side == BlockSide.Recipient)
            throw Refused(OurEvidence.ForIsForSenders.Say());
        string pattern = Pattern(add.Pattern);
        string? scope = add.For is { } whose ? Pattern(whose) : null;
        long id = writer.Put(new Block(add.Side, pattern, scope, add.By, time.GetUtcNow(), Why(add.Why), add.Until));
        var whom = scope is null ? null : OurEvidence.BlockedFor.Say(scope);
        var until = add.Until is { } end ? OurEvidence.BlockedTill.Say(end) : null;
        return add.Side == BlockSide.Sender ? OurEvidence.SenderBlocked.Say(pattern, whom, until, id)
            : OurEvidence.RecipientBlocked.Say(pattern, whom, until, id);
    }

    public static Finding Remove(IDirectoryWriter writer, RemoveBlock remove)
    {
        if (long.TryParse(remove.Which, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return writer.RemoveBlock(id)
                ? OurEvidence.BlockRemoved.Say(id)
                : throw Refused(OurEvidence.NoSuchBlock.Say(id));
        }

        string pattern = Pattern(remove.Which);
        var found = writer.FindBlocks(BlockSide.Sender, pattern).Concat(writer.FindBlocks(BlockSide.Recipient, pattern)).ToList();
        if (found.Count == 0)
        {
            throw Refused(OurEvidence.NothingBlocked.Say(pattern));
        }

        if (found.Count > 1)
        {
            string[] ids = [.. found.Select(entry => entry.Id.ToString(CultureInfo.InvariantCulture))];
            throw Refused(OurEvidence.BlockedSeveralTimes.Say(pattern, found.Count, ids));
        }

        writer.RemoveBlock(found[0].Id);
        return OurEvidence.BlockOfRemoved.Say(found[0].Id, pattern);
    }

    private static string Pattern(string text) => Subject(text);

    private static IEnumerable<Suspended> Each(Suspended what) =>
        new[] { Suspended.Receiving, Suspended.Sending, Suspended.Login }.Where(one => (what & one) != 0);

    private static string[] Words(Suspended what) => [.. Each(what).Select(one => one.ToString().ToLowerInvariant())];

    private void CheckUntil(DateTimeOffset? until)
    {
        if (until is { } end && end <= time.GetUtcNow())
            throw Refused(OurEvidence.UntilIsPast.Say(end));
    }

    private static string Why(string text) => text.Length <= MaxWhy
        ? SafeText.Of(text.ReplaceLineEndings(" "))
        : throw Refused(OurEvidence.ReasonTooLong.Say(text.Length, MaxWhy));
}
