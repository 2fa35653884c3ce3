using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>Entries of the directory for people: a table, or one entry line by line.</summary>
internal sealed class DirectoryTable(Terminal terminal, Texts texts)
{
    /// <summary>Rows that are aligned together; a longer list comes in several tables, so that a million rows need no memory.</summary>
    private const int Together = 1_000;

    /// <returns>Entries shown.</returns>
    public async Task<int> WriteAsync(IAsyncEnumerable<DirectoryRow> rows, DirectoryKind what, bool single, CancellationToken cancel)
    {
        var block = new List<IReadOnlyList<string>>();
        int shown = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            shown++;
            if (single)
            {
                WriteOne(row);
                continue;
            }

            block.Add(Cells(row, what));
            if (block.Count == Together)
                Flush();
        }

        Flush();
        if (shown == 0 && !single)
            terminal.WriteLine(texts.Say(
                "directory.none", ("kind", what.ToString().ToLowerInvariant()), ("verb", what == DirectoryKind.Quota ? "set" : "add")));
        return shown;

        void Flush()
        {
            if (block.Count > 0)
                terminal.WriteTable(texts, Headings(what), block);
            block.Clear();
        }
    }

    private static string[] Headings(DirectoryKind what) => what switch
    {
        DirectoryKind.Domain =>
            ["heading.domain", "heading.kind", "heading.leads-to", "heading.catch-all", "heading.place", "heading.by", "heading.suspended"],
        DirectoryKind.Alias => ["heading.alias", "heading.leads-to", "heading.place", "heading.by"],
        DirectoryKind.Forward =>
            ["heading.mailbox", "heading.copies-to", "heading.keeps-copy", "heading.place", "heading.by"],
        DirectoryKind.Block =>
        [
            "heading.number", "heading.side", "heading.pattern", "heading.for", "heading.until", "heading.place", "heading.by",
            "heading.why",
        ],
        DirectoryKind.Quota =>
            ["heading.whose", "heading.mailbox", "heading.sent", "heading.received", "heading.place", "heading.by"],
        _ => ["heading.mailbox", "heading.log-in", "heading.copies-to", "heading.place", "heading.by", "heading.suspended"],
    };

    private string[] Cells(DirectoryRow row, DirectoryKind what) => what switch
    {
        DirectoryKind.Domain =>
            [row.Name, row.Kind.ToString()!.ToLowerInvariant(), row.AliasOf ?? row.Deliver ?? "-", row.CatchAll ?? "-", Place(row), row.By
                ?? "-", Suspended(row)],
        DirectoryKind.Alias => [row.Name, List(row.Targets), Place(row), row.By ?? "-"],
        DirectoryKind.Forward => [row.Name, List(row.Targets), YesNo(row.KeepsCopy != false), Place(row), row.By ?? "-"],
        DirectoryKind.Block =>
            [Number(row.Id), row.Side.ToString()!.ToLowerInvariant(), row.Name, row.For
                ?? texts.Say("directory.everybody"), row.Expired == true
                ? texts.Say("directory.over") : When(row.Until), Place(row), row.By ?? "-", row.Why ?? ""],
        DirectoryKind.Quota =>
            [row.Name, row.Name.StartsWith('@') ? "-" : Used(row.QuotaUsed, row.Quota, octets: true),
                Used(row.RecipientsUsed, row.RecipientsPerHour), row.Name.StartsWith('@') ? "-"
                : Used(row.ReceivedUsed, row.ReceivedPerHour), Place(row), row.By ?? "-"],
        _ => [row.Name, YesNo(row.CanLogIn == true), List(row.Targets), Place(row), row.By ?? "-", Suspended(row)],
    };

    private void WriteOne(DirectoryRow row)
    {
        terminal.WriteLine(SafeText.Of(row.Name));
        Line("directory.kind", row.Kind?.ToString().ToLowerInvariant());
        Line("directory.alias-of", row.AliasOf);
        Line("directory.delivered", row.Deliver);
        Line("directory.catch-all", row.CatchAll);
        Line("directory.delimiter", row.Delimiter);
        Line("directory.leads-to", row.Targets is null ? null : List(row.Targets));
        Line("directory.keeps-copy", row.KeepsCopy is { } keeps ? YesNo(keeps) : null);
        Line("directory.can-log-in", row.CanLogIn is { } can ? can ? YesNo(true) : texts.Say("directory.no-password") : null);
        Line("directory.sends-as", row.SendsAs is null ? null : List(row.SendsAs));
        Line("directory.moved-to", row.MovedTo);
        Line("directory.mailbox", row.Quota is null && row.QuotaUsed is null ? null : Used(row.QuotaUsed, row.Quota, octets: true));
        Line("directory.sent", row.RecipientsPerHour is null && row.RecipientsUsed is null ? null
            : Used(row.RecipientsUsed, row.RecipientsPerHour));
        Line("directory.received", row.ReceivedPerHour is null && row.ReceivedUsed is null ? null
            : Used(row.ReceivedUsed, row.ReceivedPerHour));
        foreach (var one in row.Suspensions ?? [])
            Line("directory.suspended", Suspension(one));
        Line("directory.blocks", row.Side is { } side ? Block(row, side) : null);
        Line("directory.changed-in", Place(row));
        Line("directory.changed-by", row.By is null ? null
            : row.At is { } at ? texts.Say("directory.by-at", ("by", row.By), ("at", When(at))) : row.By);

        void Line(string name, string? value)
        {
            if (value is not null)
                terminal.WriteLine($"  {texts.Say(name),-18} {SafeText.Of(value)}");
        }
    }

    private string Suspension(SuspensionRow one)
    {
        string until = one.Until is { } end ? " " + texts.Say("directory.until", ("until", When(end))) : "";
        string since = one.Since is { } begin ? " " + texts.Say("directory.since", ("since", When(begin))) : "";
        string over = one.InForce ? "" : $" ({texts.Say("directory.over")})";
        string what = texts.Say("directory.what-by", ("what", one.What), ("by", one.By));
        return what + since + until + over + (one.Why.Length == 0 ? "" : ": " + one.Why);
    }

    private string Block(DirectoryRow row, BlockSide side)
    {
        string whose = row.For ?? texts.Say("directory.everybody");
        string until = row.Until is { } end ? " " + texts.Say("directory.until", ("until", When(end))) : "";
        return texts.Say(side == BlockSide.Sender ? "directory.sender-for" : "directory.recipient-for", ("whose", whose)) + until
            + (row.Why is { Length: > 0 } why ? ": " + why : "");
    }

    private string YesNo(bool yes) => texts.Say(yes ? "directory.yes" : "directory.no");

    /// <summary>Where the entry is kept and can be changed.</summary>
    private string Place(DirectoryRow row) =>
        texts.Say(row.From == "configuration" ? "directory.in-configuration" : "directory.in-directory");

    private static string Suspended(DirectoryRow row) =>
        row.Suspensions?.Where(one => one.InForce).Select(one => one.What).ToList() is { Count: > 0 } what ? string.Join(", ", what) : "-";

    private static string List(IReadOnlyList<string>? values) => values is { Count: > 0 } ? string.Join(", ", values) : "-";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string When(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "-";

    private string Used(long? used, long? limit, bool octets = false) => (used, limit) switch
    {
        (null, null) => "-",
        (null, { } most) => texts.Say("directory.used-of", ("used", "?"), ("limit", Shown(most, octets))),
        ({ } now, null) => texts.Say("directory.used", ("used", Shown(now, octets))),
        ({ } now, { } most) => texts.Say("directory.used-of", ("used", Shown(now, octets)), ("limit", Shown(most, octets))),
    };

    private static string Shown(long number, bool octets) =>
        octets ? Quantity.Approximate(number) : number.ToString("N0", CultureInfo.InvariantCulture);
}
