using System.Globalization;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Benchmarks;

/// <summary>
/// How well <c>explain</c> does on servers it has never met: every family of the corpus is read without what was written for it.
/// </summary>
/// <remarks>
/// A family is the server or provider a text comes from. "Without its dialect" drops the replies of its dialect file; "without its own
/// wordings" drops as well
/// every general wording that no text of another family holds, which hits many honest general words too: the true figure lies between the
/// two.
/// </remarks>
internal static class UnseenBenchmark
{
    /// <param name="settings"><c>corpus=DIR</c>, and <c>misses=FILE</c> for what is wrong without the dialect.</param>
    public static int Run(Settings settings)
    {
        string corpus = settings.Text("corpus", "../shared/corpus");
        if (!Directory.Exists(corpus))
        {
            Console.Error.WriteLine($"unseen: no folder {corpus}; name one with corpus=DIR");
            return 66;
        }

        var texts = LabelledText.ReadAll(corpus);
        var catalogue = new CatalogueVariants(settings.Text("sources", "src/Gatepost.Replies"));
        var wordings = WordingsOfFamilies(texts, catalogue);
        var seen = new Tally();
        var withoutDialect = new Tally();
        var withoutWordings = new Tally();
        string? misses = settings.Text("misses", "") is { Length: > 0 } path ? path : null;
        using var missed = misses is null ? null : new StreamWriter(misses);
        foreach (var family in texts.GroupBy(text => FamilyNames.Of(text.Family)).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            string[] files = FamilyNames.DialectsOf(family.Key);
            var own = wordings.Where(wording => wording.Value.SetEquals([family.Key])).Select(wording => wording.Key).ToHashSet();
            var lesser = catalogue.Without((file, _) => files.Contains(file));
            var least = catalogue.Without((file, wording) => files.Contains(file) || own.Contains(wording));
            foreach (var text in family)
            {
                seen.Judge(text, catalogue.Full, null);
                withoutDialect.Judge(text, lesser, missed);
                withoutWordings.Judge(text, least, null);
            }
        }

        int families = texts.Select(text => FamilyNames.Of(text.Family)).Distinct().Count();
        Console.WriteLine(
            $"{texts.Count} texts of {families} families, in each: accepted, exact, high is right, dead addresses called wrongly");
        foreach (string set in (string[])["bounces", "replies", "loglines", "field", "all"])
        {
            Console.WriteLine($"{set}:");
            Console.WriteLine($"  everything known           {seen.Line(set)}");
            Console.WriteLine($"  without its dialect        {withoutDialect.Line(set)}");
            Console.WriteLine($"  without its own wordings   {withoutWordings.Line(set)}");
        }

        return 0;
    }

    /// <summary>Which families' texts hold a wording.</summary>
    private static Dictionary<int, HashSet<string>> WordingsOfFamilies(List<LabelledText> texts, CatalogueVariants catalogue)
    {
        var met = new Dictionary<int, HashSet<string>>();
        var explainer = new Explainer(catalogue.Full);
        foreach (var text in texts)
            foreach (var report in text.Explain(explainer))
                foreach (int wording in catalogue.WordingsIn(report.Said))
                {
                    if (!met.TryGetValue(wording, out var families))
                        met.Add(wording, families = []);
                    families.Add(FamilyNames.Of(text.Family));
                }

        return met;
    }

    private sealed class Tally
    {
        private readonly Dictionary<(string Set, string What), (int Right, int Of)> counts = [];

        public void Judge(LabelledText text, ReplyDatabase knowledge, StreamWriter? missed)
        {
            var reports = text.Explain(new Explainer(knowledge));
            for (int i = 0; i < text.Labels.Count; i++)
            {
                var label = text.Labels[i];
                var report = ReportFor(label, reports) ?? (i < reports.Count ? reports[i] : null);
                bool accepted = report is not null && label.Accepts(report.Reason);
                Count(text.Set, "accepted", accepted);
                Count(text.Set, "exact", report?.Reason.Word == label.Reason);
                if (report?.Confidence >= Confidence.High)
                    Count(text.Set, "high", accepted);
                bool isAlive = Reason.Find(label.Reason)?.Permanence != Permanence.Hard;
                Count(text.Set, "dead", isAlive && !accepted && report is { Permanence: Permanence.Hard });
                if (!accepted)
                    missed?.WriteLine(
                        string.Join('\t', text.Set, text.Family, text.Name, label.Reason, report?.Reason.Word
                            ?? "nothing", report?.Confidence, report?.Said));
            }
        }

        /// <summary>By its recipient; where the corpus names none, the first that tells something.</summary>
        private static Report? ReportFor(Label label, IReadOnlyList<Report> reports) => label.Recipient is { } recipient
            ? reports.FirstOrDefault(given => string.Equals(given.Recipient, recipient, StringComparison.OrdinalIgnoreCase))
            : reports.FirstOrDefault(given => given.Reason != Reason.Unknown && given.Reason != Reason.Delivered);

        public string Line(string set)
        {
            var (accepted, of) = Of(set, "accepted");
            var (exact, _) = Of(set, "exact");
            var (high, sure) = Of(set, "high");
            return string.Create(CultureInfo.InvariantCulture,
                $"{100.0 * accepted / Math.Max(1, of),5:F1} %  {100.0 * exact / Math.Max(1, of),5:F1} %  "
                    + $"{100.0 * high / Math.Max(1, sure),5:F1} % of {sure,-4} {Of(set, "dead").Right,3}   of {of}");
        }

        private (int Right, int Of) Of(string set, string what) =>
            set == "all" ? counts.Where(pair => pair.Key.What == what).Aggregate(
                (0, 0), (sum, pair) => (sum.Item1 + pair.Value.Right, sum.Item2 + pair.Value.Of)) : counts.GetValueOrDefault((set, what));

        private void Count(string set, string what, bool right)
        {
            var (was, of) = counts.GetValueOrDefault((set, what));
            counts[(set, what)] = (was + (right ? 1 : 0), of + 1);
        }
    }
}
