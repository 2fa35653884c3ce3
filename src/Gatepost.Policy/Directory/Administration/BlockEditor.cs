using System.Globalization;
using Gatepost.Replies;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes suspensions and blocks: they hold for configured names as well.</summary>
internal sealed class BlockEditor(DirectoryChecks checks, TimeProvider time)
{
    private const int MaxWhy = 500;

    public async Task<string> SuspendAsync(IDirectoryWriter writer, Suspend suspend, CancellationToken cancel)
    {
        string subject = await SubjectAsync(writer, suspend.Subject, cancel);
        CheckUntil(suspend.Until);
        if ((suspend.What & Suspended.Everything) == Suspended.Nothing)
            throw Refused("say what is taken away: --receiving, --sending, --login, or all of them");
        foreach (var what in Each(suspend.What))
            writer.Suspend(subject, new Suspension(what, suspend.By, time.GetUtcNow(), Why(suspend.Why), suspend.Until));
        return $"{subject} is suspended ({Words(suspend.What)}){Until(suspend.Until)}";
    }

    public async Task<string> ResumeAsync(IDirectoryWriter writer, Resume resume, CancellationToken cancel)
    {
        string subject = await SubjectAsync(writer, resume.Subject, cancel);
        var lifted = Each(resume.What).Where(what => writer.Resume(subject, what)).Aggregate(Suspended.Nothing, (all, what) => all | what);
        string from = resume.What == Suspended.Everything ? "" : $" from {Words(resume.What)}";
        return lifted == Suspended.Nothing
            ? throw Refused($"{subject} is not suspended{from} by this directory; what the configuration suspends is lifted there")
            : $"{subject} may use {Words(lifted)} again";
    }

    private async Task<string> SubjectAsync(IDirectoryReader reader, string text, CancellationToken cancel)
    {
        string subject = Subject(text);
        if (subject.StartsWith('@'))
        {
            return await checks.View(reader).FindDomainAsync(subject[1..], cancel) is not null
                ? subject
                : throw Refused($"{subject[1..]} is no domain here{checks.Guess(reader, subject[1..])}");
        }

        var key = AddressKey.Of(Address(text));
        return await checks.View(reader).FindAccountAsync(key, cancel) is not null
            ? subject
            : throw Refused($"there is no mailbox {key}{DirectoryChecks.GuessName(reader, key, isAlias: false)}");
    }

    public string Add(IDirectoryWriter writer, AddBlock add)
    {
        CheckUntil(add.Until);
        if (add.For is not null && add.Side == BlockSide.Recipient)
            throw Refused("a recipient is blocked for everybody: leave --for away");
        string pattern = Pattern(add.Pattern);
        string? scope = add.For is { } whose ? Pattern(whose) : null;
        long id = writer.Put(new Block(add.Side, pattern, scope, add.By, time.GetUtcNow(), Why(add.Why), add.Until));
        string side = add.Side == BlockSide.Sender ? "sender" : "recipient";
        string forWhom = scope is null ? "" : $" for {scope}";
        return string.Create(CultureInfo.InvariantCulture, $"{side} {pattern} is blocked{forWhom}{Until(add.Until)}, block {id}");
    }

    public static string Remove(IDirectoryWriter writer, RemoveBlock remove)
    {
        if (long.TryParse(remove.Which, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return writer.RemoveBlock(id)
                ? $"block {id} removed"
                : throw Refused($"there is no block {id}: `gatepost block list` shows those there are");
        }

        string pattern = Pattern(remove.Which);
        var found = writer.FindBlocks(BlockSide.Sender, pattern).Concat(writer.FindBlocks(BlockSide.Recipient, pattern)).ToList();
        if (found.Count == 0)
        {
            throw Refused(
                $"nothing is blocked as {pattern}: `gatepost block list` shows what is; "
                + "blocks of the configuration are removed there");
        }

        if (found.Count > 1)
        {
            var ids = found.Select(entry => entry.Id.ToString(CultureInfo.InvariantCulture));
            throw Refused($"{pattern} is blocked {found.Count} times: name one of {string.Join(", ", ids)}");
        }

        writer.RemoveBlock(found[0].Id);
        return $"block {found[0].Id} removed: {pattern}";
    }

    private static string Pattern(string text) => Subject(text);

    private static IEnumerable<Suspended> Each(Suspended what) =>
        new[] { Suspended.Receiving, Suspended.Sending, Suspended.Login }.Where(one => (what & one) != 0);

    private static string Words(Suspended what) => string.Join(", ", Each(what).Select(one => one.ToString().ToLowerInvariant()));

    private void CheckUntil(DateTimeOffset? until)
    {
        if (until is { } end && end <= time.GetUtcNow())
            throw Refused($"{end.UtcDateTime:yyyy-MM-dd HH:mm} UTC is past already: give a time to come");
    }

    private static string Until(DateTimeOffset? until) => until is { } end ? $" until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "";

    private static string Why(string text) => text.Length <= MaxWhy
        ? SafeText.Of(text.ReplaceLineEndings(" "))
        : throw Refused($"the reason has {text.Length} characters; the most is {MaxWhy}");
}
