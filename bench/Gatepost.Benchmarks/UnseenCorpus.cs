using System.Text;
using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Benchmarks;

/// <summary>What the corpus says is right for one recipient.</summary>
/// <param name="Recipient">Null if the corpus names none.</param>
/// <param name="Reason">The label.</param>
/// <param name="Others">Words that are right as well.</param>
internal sealed record Label(string? Recipient, string Reason, string[] Others)
{
    public bool Accepts(Reason said) => IsOne(said.Word) || (said.Wider is { } wider && wider.Split(',').Any(IsOne));

    private bool IsOne(string word) => word == Reason || Others.Contains(word);
}

/// <summary>One labelled text of the corpus: a bounce, a reply, a line of a log, or a text from the field.</summary>
internal sealed record LabelledText(string Set, string Family, string Name, byte[] Document, bool IsLine, List<Label> Labels)
{
    public IReadOnlyList<Report> Explain(Explainer explainer) =>
        IsLine ? [explainer.ReadLine(Encoding.UTF8.GetString(Document), out _)] : explainer.Read(Document).Reports;

    /// <summary>Everything in the folders <c>bounces</c>, <c>replies</c> and <c>field</c>, ordinary mail left out.</summary>
    public static List<LabelledText> ReadAll(string corpus)
    {
        var texts = new List<LabelledText>();
        foreach (var file in Rows(Path.Combine(corpus, "bounces", "expected.tsv")).GroupBy(row => row["file"]))
        {
            string path = Path.Combine(corpus, "bounces", file.Key);
            var labels = file.Where(row => row["reason"] is not ("-" or "not-a-bounce" or "auto-reply")).Select(LabelOf).ToList();
            if (labels.Count > 0 && file.Key.StartsWith("eml/", StringComparison.Ordinal) && File.Exists(path))
                texts.Add(new LabelledText("bounces", file.First()["mta"], file.Key, File.ReadAllBytes(path), IsLine: false, labels));
        }

        foreach (var (set, path, family) in (ReadOnlySpan<(string, string, string)>)
            [("replies", "replies/replies.tsv", "provider"), ("loglines", "replies/loglines.tsv", "provider"),
                ("field", "field/lines-dev.tsv", "program")])
        {
            foreach (var row in Rows(Path.Combine(corpus, path)))
            {
                string text = set == "field" ? Unescape(row["text"]) : row["text"];
                texts.Add(
                    new LabelledText(set, row[family], row["id"], Encoding.UTF8.GetBytes(text), !text.Contains('\n'), [LabelOf(row)]));
            }
        }

        return texts;
    }

    private static Label LabelOf(Dictionary<string, string> row) =>
        new(row.GetValueOrDefault("recipient") is { } named and not "-" ? named : null, row["reason"], row["alt"].Split(','));

    private static IEnumerable<Dictionary<string, string>> Rows(string path)
    {
        string[]? head = null;
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] cells = line.Split('\t');
            if (head is null)
                head = cells;
            else
                yield return head.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second);
        }
    }

    private static string Unescape(string text) =>
        text.Replace("\\\\", "\u0001", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\t", "\t", StringComparison.Ordinal).Replace('\u0001', '\\');
}

/// <summary>Which dialect files were written for a family of the corpus.</summary>
internal static class FamilyNames
{
    /// <summary>Families that are one provider under several names, and the files of their dialects.</summary>
    private static readonly (string Family, string[] Names, string[] Files)[] Known =
    [
        ("google", ["gmail", "google", "gsuite", "googlegroups", "googleworkspace", "google groups"], ["gmail"]),
        ("microsoft", ["outlook", "office365", "microsoft", "exchangeonline", "exchange2003", "exchange2007", "exchange", "powershell"],
            ["exchange-online", "outlook"]),
        ("yahoo", ["yahoo", "aol", "verizon"], ["yahoo"]),
        ("postfix", ["postfix"], ["postfix"]),
        ("sendmail", ["sendmail", "v5sendmail", "qmail", "coremail"], ["sendmail-qmail"]),
        ("exim", ["exim"], ["exim"]),
        ("opensmtpd", ["opensmtpd"], ["opensmtpd"]),
        ("comcast", ["comcast"], ["comcast"]),
        ("att", ["att"], ["att"]),
        ("cox", ["cox"], ["north-american"]),
        ("asia", ["tencent", "qq", "kddi", "ezweb", "nttdocomo", "docomo", "163", "naver"], ["asian"]),
        ("orange", ["franceptt", "orange", "free"], ["orange"]),
        ("mailru", ["mailru", "rambler"], ["mailru"]),
        ("yandex", ["yandex"], ["yandex"]),
        ("apple", ["apple"], ["icloud"]),
        ("mimecast", ["mimecast"], ["mimecast"]),
        ("proofpoint", ["proofpoint"], ["proofpoint"]),
        ("united-internet", ["gmx", "webde", "web.de"], ["united-internet"]),
        (
            "gateways", ["barracuda", "messagelabs", "mcafee", "trendmicro", "surfcontrol", "symantec", "emailsecuritycloud", "cisco esa",
                "baruwa", "zerospam", "amavis"], ["gateways"]),
        (
            "hosting", ["godaddy", "rackspace", "infomaniak", "hostpoint", "amazonses", "sendgrid", "receivingses", "amazonworkmail", "ses",
                "postmark", "mailgun", "mailjet", "mandrill"], ["hosting"]),
        ("other", ["zoho", "improvmx", "iua", "tiscali", "interia", "forwardemail"], ["other-providers"]),
    ];

    public static string Of(string label)
    {
        string name = label.StartsWith("lhost-", StringComparison.Ordinal) || label.StartsWith("rhost-", StringComparison.Ordinal)
            ? label[6..] : label;
        foreach (var (family, names, _) in Known)
            if (names.Contains(name))
                return family;
        return name;
    }

    /// <summary>Names of files without their ending; none if nothing was written for the family.</summary>
    public static string[] DialectsOf(string family)
    {
        foreach (var (known, _, files) in Known)
            if (known == family)
                return files;
        return [];
    }
}
