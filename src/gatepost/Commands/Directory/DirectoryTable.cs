using System.Globalization;
using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>Entries of the directory for people: a table, or one entry line by line.</summary>
internal static class DirectoryTable
{
    /// <summary>Rows that are aligned together; a longer list comes in several tables, so that a million rows need no memory.</summary>
    private const int Together = 1_000;

    /// <returns>Entries shown.</returns>
    public static async Task<int> WriteAsync(IAsyncEnumerable<DirectoryRow> rows, DirectoryKind what, bool single, CancellationToken cancel)
    {
        var terminal = Terminal.Standard;
        var block = new List<IReadOnlyList<string>>();
        int shown = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            shown++;
            if (single)
            {
                WriteOne(terminal, row);
                continue;
            }

            block.Add(Cells(row, what));
            if (block.Count == Together)
                Flush();
        }

        Flush();
        if (shown == 0 && !single)
            terminal.WriteLine(
                $"None. `gatepost {what.ToString().ToLowerInvariant()} {(what == DirectoryKind.Quota ? "set" : "add")} --help` says how "
                + $"to make one.");
        return shown;

        void Flush()
        {
            if (block.Count > 0)
                terminal.WriteTable(Headings(what), block);
            block.Clear();
        }
    }

    private static string[] Headings(DirectoryKind what) => what switch
    {
        DirectoryKind.Domain => ["DOMAIN", "KIND", "LEADS TO", "CATCH-ALL", "FROM", "BY", "SUSPENDED"],
        DirectoryKind.Alias => ["ALIAS", "LEADS TO", "FROM", "BY"],
        DirectoryKind.Forward => ["MAILBOX", "COPIES TO", "KEEPS ONE", "FROM", "BY"],
        DirectoryKind.Block => ["NUMBER", "SIDE", "PATTERN", "FOR", "UNTIL", "FROM", "BY", "WHY"],
        DirectoryKind.Quota => ["WHOSE", "MAILBOX", "SENT IN 60 MIN", "RECEIVED IN 60 MIN", "FROM", "BY"],
        _ => ["MAILBOX", "LOG-IN", "COPIES TO", "FROM", "BY", "SUSPENDED"],
    };

    private static string[] Cells(DirectoryRow row, DirectoryKind what) => what switch
    {
        DirectoryKind.Domain =>
            [row.Name, row.Kind.ToString()!.ToLowerInvariant(), row.AliasOf ?? row.Deliver ?? "-", row.CatchAll ?? "-", row.From, row.By
                ?? "-", Suspended(row)],
        DirectoryKind.Alias => [row.Name, List(row.Targets), row.From, row.By ?? "-"],
        DirectoryKind.Forward => [row.Name, List(row.Targets), row.KeepsCopy == false ? "no" : "yes", row.From, row.By ?? "-"],
        DirectoryKind.Block =>
            [Number(row.Id), row.Side.ToString()!.ToLowerInvariant(), row.Name, row.For ?? "everybody", row.Expired == true ? "over"
                : When(row.Until), row.From, row.By ?? "-", row.Why ?? ""],
        DirectoryKind.Quota =>
            [row.Name, row.Name.StartsWith('@') ? "-" : Used(row.QuotaUsed, row.Quota, octets: true),
                Used(row.RecipientsUsed, row.RecipientsPerHour), row.Name.StartsWith('@') ? "-"
                : Used(row.ReceivedUsed, row.ReceivedPerHour), row.From, row.By ?? "-"],
        _ => [row.Name, row.CanLogIn == true ? "yes" : "no", List(row.Targets), row.From, row.By ?? "-", Suspended(row)],
    };

    private static void WriteOne(Terminal terminal, DirectoryRow row)
    {
        terminal.WriteLine(SafeText.Of(row.Name));
        Line("kind", row.Kind?.ToString().ToLowerInvariant());
        Line("stands for", row.AliasOf);
        Line("delivered", row.Deliver);
        Line("catch-all", row.CatchAll);
        Line("delimiter", row.Delimiter);
        Line("leads to", row.Targets is null ? null : List(row.Targets));
        Line("keeps a copy", row.KeepsCopy is { } keeps ? keeps ? "yes" : "no" : null);
        Line("can log in", row.CanLogIn is { } can ? can ? "yes" : "no, it has no password" : null);
        Line("sends as", row.SendsAs is null ? null : List(row.SendsAs));
        Line("moved to", row.MovedTo);
        Line("mailbox", row.Quota is null && row.QuotaUsed is null ? null : Used(row.QuotaUsed, row.Quota, octets: true));
        Line("sent in 60 min", row.RecipientsPerHour is null && row.RecipientsUsed is null ? null
            : Used(row.RecipientsUsed, row.RecipientsPerHour));
        Line("received in 60 min", row.ReceivedPerHour is null && row.ReceivedUsed is null ? null
            : Used(row.ReceivedUsed, row.ReceivedPerHour));
        foreach (var one in row.Suspensions ?? [])
            Line(
                "suspended", $"{one.What}, by {one.By}"
                + (one.Since is { } since ? $" since {When(since)}" : "")
                + (one.Until is { } end ? $" until {When(end)}" : "")
                + (one.InForce ? "" : " (over)")
                + (one.Why.Length == 0 ? "" : ": " + one.Why));
        Line(
            "blocks", row.Side is { } side
            ? $"{side.ToString().ToLowerInvariant()}s for "
            + (row.For ?? "everybody")
            + (row.Until is { } until ? $" until {When(until)}" : "")
            + (row.Why is { Length: > 0 } why ? ": " + why : "") : null);
        Line("changed in", row.From);
        Line("changed by", row.By is null ? null : $"{row.By}{(row.At is { } at ? $" on {When(at)}" : "")}");

        void Line(string name, string? value)
        {
            if (value is not null)
                terminal.WriteLine($"  {name,-18} {SafeText.Of(value)}");
        }
    }

    private static string Suspended(DirectoryRow row) =>
        row.Suspensions?.Where(one => one.InForce).Select(one => one.What).ToList() is { Count: > 0 } what ? string.Join(", ", what) : "-";

    private static string List(IReadOnlyList<string>? values) => values is { Count: > 0 } ? string.Join(", ", values) : "-";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string When(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "-";

    private static string Used(long? used, long? limit, bool octets = false) => (used, limit) switch
    {
        (null, null) => "-",
        (null, { } most) => $"? of {Shown(most, octets)}",
        ({ } now, null) => $"{Shown(now, octets)}, no limit of its own",
        ({ } now, { } most) => $"{Shown(now, octets)} of {Shown(most, octets)}",
    };

    private static string Shown(long number, bool octets) =>
        octets ? Quantity.Approximate(number) : number.ToString("N0", CultureInfo.InvariantCulture);
}
