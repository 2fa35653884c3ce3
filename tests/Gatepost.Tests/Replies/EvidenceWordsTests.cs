using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Replies;

public sealed partial class EvidenceWordsTests
{
    public static TheoryData<string> LanguageCodes => [.. Languages.All.Select(language => language.Code)];

    [Theory]
    [MemberData(nameof(LanguageCodes))]
    public void Every_entry_has_words_with_its_arguments_and_every_word_an_entry(string code)
    {
        var book = Sources.Texts(code);
        var wanted = OurEvidence.All.Values.Select(entry => (Key: "evidence." + entry.Id, Names: entry.Parameters))
            .Concat(
                OurFacts.All.Values.Select(fact =>
                    (Key: "fact." + fact.Key, Names: (IReadOnlyList<string>)(
                        fact.GetType().GetGenericArguments().Length == 2 ? ["about"] : []))))
            .ToDictionary(entry => entry.Key, entry => entry.Names);

        Shown.None(from entry in wanted where !book.ContainsKey(entry.Key) select $"Words/{code}: {entry.Key} is missing");
        Shown.None(
            from entry in wanted
            where book.GetValueOrDefault(entry.Key) is { } text && !Placeholders(text).SetEquals(entry.Value)
            select $"Words/{code}: {entry.Key} must use {string.Join(", ", entry.Value)}: {book[entry.Key]}");
        Shown.None(from key in book.Keys
                   where key.StartsWith("evidence.", StringComparison.Ordinal) || key.StartsWith("fact.", StringComparison.Ordinal)
                   where !wanted.ContainsKey(key)
                   select $"Words/{code}: {key} belongs to no entry");
    }

    [Theory]
    [MemberData(nameof(LanguageCodes))]
    public void Every_text_is_there_with_the_same_placeholders_and_as_many_forms_as_the_language_has(string code)
    {
        var (book, english) = (Sources.Texts(code), Sources.Texts("en"));
        Assert.Empty(english.Keys.Except(book.Keys).Concat(book.Keys.Except(english.Keys)));
        Shown.None(
            from key in english.Keys
            where !Placeholders(english[key]).SetEquals(Placeholders(book[key]))
            select $"Words/{code}: {key}: {book[key]}");
        Shown.None(
            from key in book.Keys
            from forms in Placeholder().Matches(book[key]).Select(match => match.Groups[1].Value.Split('|'))
            where forms.Length > 1 && forms.Length - 1 != Plurals.Rules[book["language.plural"]]
            select $"Words/{code}: {key} needs {Plurals.Rules[book["language.plural"]]} forms: {book[key]}");
    }

    [Fact]
    public void Every_entry_and_every_text_is_used_by_the_program()
    {
        string source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        Shown.None(from field in typeof(OurEvidence).GetFields()
                   where !Names(source, "OurEvidence", field.Name)
                   select $"OurEvidence.{field.Name}");
        Shown.None(from field in typeof(OurFacts).GetFields() where !Names(source, "OurFacts", field.Name) select $"OurFacts.{field.Name}");
        Shown.None(
            from key in Sources.Texts("en").Keys
            where !Composed.Contains(key.Split('.')[0]) && !IsComposed(source, key)
            where !source.Contains($"\"{key}\"", StringComparison.Ordinal)
            select $"Words: [text] {key}");

        // "find.column-" + name uses all keys that begin so.
        static bool IsComposed(string source, string key) =>
            key.IndexOf('-') is var dash and > 0
            && (source.Contains($"\"{key[..(dash + 1)]}{{", StringComparison.Ordinal)
                || source.Contains($"\"{key[..(dash + 1)]}\" +", StringComparison.Ordinal));

        static bool Names(string source, string type, string member) => Regex.IsMatch(source, $@"\b{type}\.{member}\b");
    }

    /// <summary>Sections whose keys are made of a name known to the program; a test of their own asks for each.</summary>
    private static readonly string[] Composed =
        ["evidence", "fact", "language", "party", "again", "tour-row", "stated", "help", "help-value", "setting"];

    [Fact]
    public void Every_party_every_retry_and_every_row_of_the_tour_has_its_words_and_no_other_is_there()
    {
        var wanted = new HashSet<string>(["again.automatic-in-vain-explain", "again.after-change-unknown-explain"]);
        foreach (var voice in Enum.GetValues<AdviceVoice>())
        {
            string said = voice == AdviceVoice.BounceSteps ? "bounce-steps" : $"{voice}".ToLowerInvariant();
            foreach (string party in (string[])["sender", "sender-admin", "address-owner", "recipient", "recipient-admin", "nobody"])
                wanted.Add($"party.{party}-{said}");
            foreach (string retry in (string[])["no", "automatic", "later", "after-change", "in-parts"])
                wanted.Add($"again.{retry}-{said}");
        }

        wanted.RemoveWhere(key => key == "party.nobody-bounce-steps"
            || (key.StartsWith("again.", StringComparison.Ordinal) && key.EndsWith("-bounce-steps", StringComparison.Ordinal)));
        wanted.UnionWith(Gatepost.Tour.TourRows.All.Select(scene => scene.TitleKey));
        var there = Sources.Texts("en").Keys.Where(key => key.Split('.')[0] is "party" or "again" or "tour-row");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
        Assert.Equal("the administrator of mail at b.example", Texts.English.Party(Actors.RecipientAdmin, AdviceVoice.Bounce, "b.example"));
        Assert.Equal("later", Texts.English.Again(Retry.Later, AdviceVoice.Page));
    }

    [Theory]
    [InlineData("one-other", 1, 0)]
    [InlineData("one-other", 0, 1)]
    [InlineData("east-slavic", 1, 0)]
    [InlineData("east-slavic", 21, 0)]
    [InlineData("east-slavic", 11, 2)]
    [InlineData("east-slavic", 3, 1)]
    [InlineData("east-slavic", 13, 2)]
    [InlineData("east-slavic", 25, 2)]
    [InlineData("polish", 21, 2)]
    [InlineData("czech", 4, 1)]
    [InlineData("none", 5, 0)]
    public void A_word_takes_the_form_of_its_number(string rule, int number, int form) =>
        Assert.Equal($"{form}", Plurals.Choose(rule, number, ["0", "1", "2"]));

    public static TheoryData<string> Samples => [.. All.Keys];

    /// <summary>Arguments of every type, hostile ones among them.</summary>
    private static Dictionary<string, Finding> All => new()
    {
        ["nothing"] = OurEvidence.PassAnswer.Say(),
        ["address"] = OurEvidence.NoReverseName.Say(IPAddress.Parse("2001:db8::7")),
        ["number and duration"] = OurEvidence.MessagesCounted.Say(3, TimeSpan.FromSeconds(90.5), 2),
        ["instant and octets"] = OurEvidence.HoldsUntouched.Say(
            "a@b.example", -1, new Octets(long.MaxValue), new DateTimeOffset(2026, 3, 1, 12, 0, 0, 5, TimeSpan.FromHours(2))),
        ["list"] = OurEvidence.DnsFoundMore.Say(["a;1:", "", "t5:\u0001б"], 3),
        ["score"] = OurEvidence.SpamScore.Say("rspamd", 21.55, 15),
        ["finding in finding"] = OurEvidence.WarnsOnly.Say(
            "550 5.1.1 no", OurEvidence.IsSuspended.Say("ann", Finding.Read("of an older record"))),
        ["hostile"] = OurEvidence.NoHostName.Say("{helo} \u0001;:#\r\n\u202e🙂"),
        ["older record"] = Finding.Read("demo.test has no such mailbox"),
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_finding_comes_back_from_record_and_JSON_as_it_was(string name)
    {
        var finding = All[name];
        var recorded = Finding.Read(finding.ToRecord());
        Assert.Equal(finding, recorded);
        Assert.Equal(finding.ToString(), recorded.ToString());

        var read = JsonSerializer.Deserialize<Finding>(JsonSerializer.Serialize(finding))!;
        Assert.Equal(finding.ToString(), read.ToString());
        Assert.Equal(finding.Id, read.Id);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_damaged_record_is_text_or_another_finding_and_never_a_fault(string name)
    {
        string record = All[name].ToRecord();
        for (int i = 0; i < record.Length; i++)
        {
            Assert.NotNull(Finding.Read(record[..i]).ToString());
            Assert.NotNull(Finding.Read(record.Remove(i, 1)).ToString());
            Assert.NotNull(Fact.Read("limit#" + record[i..], record[i..]).ToString());
        }
    }

    [Fact]
    public void Facts_have_stable_keys_and_typed_values_in_JSON()
    {
        Fact[] facts =
        [
            OurFacts.Limit.Is(100),
            OurFacts.Within.Is(TimeSpan.FromMinutes(10)),
            OurFacts.Quota.Is(new Octets(4096)),
            OurFacts.Ptr.Is(IPAddress.Parse("192.0.2.7"), OurEvidence.DnsNoRecords.Say()),
            OurFacts.NoObjection.Is(["relay-denied"]),
        ];
        Assert.Equal(
            """[{"key":"limit","type":"number","value":100},{"key":"within","type":"duration","value":600},{"key":"quota","type":"octets","value":4096},"""
            + """{"key":"ptr","about":"192.0.2.7","type":"entry","value":{"entry":"dns-no-records","text":"no records"}},"""
            + """{"key":"no-objection","type":"list","value":["relay-denied"]}]""",
            JsonSerializer.Serialize(facts));
        Assert.Equal(facts, JsonSerializer.Deserialize<Fact[]>(JsonSerializer.Serialize(facts))!);
        Assert.Equal(facts, facts.Select(fact => fact.ToRecord()).Select(kept => Fact.Read(kept.Name, kept.Value)));
    }

    [Theory]
    [InlineData("would pass", "a login before MAIL")]
    [InlineData("PTR of 192.0.2.7", "none")]
    [InlineData("filter x#1", "n2:15")]
    public void A_fact_of_an_older_record_stays_readable(string name, string value)
    {
        Assert.Equal((name, value), (Fact.Read(name, value).Label, Fact.Read(name, value).Text));
        var read = JsonSerializer.Deserialize<Fact>(JsonSerializer.Serialize(Fact.Read(name, value)))!;
        Assert.Equal((name, value), (read.Label, read.Text));
        var older = JsonSerializer.Deserialize<Fact>(
            JsonSerializer.Serialize(new Dictionary<string, string> { ["Name"] = name, ["Value"] = value }))!;
        Assert.Equal((name, value), (older.Label, older.Text));
    }

    [Fact]
    public void An_entry_of_a_newer_version_is_shown_with_its_arguments() =>
        Assert.Equal("not-yet-known (7, ann)", Finding.Read("\u0001not-yet-known;n1:7t3:ann").ToString());

    [Theory]
    [InlineData(0.5, "0.5 s")]
    [InlineData(5, "5 s")]
    [InlineData(60, "1 min")]
    [InlineData(5400, "1 h 30 min")]
    [InlineData(86_400, "1 d")]
    [InlineData(90_061, "1 d 1 h")]
    public void A_duration_is_said_in_its_two_largest_units(double seconds, string said) =>
        Assert.Equal(said, Texts.English.Show(TimeSpan.FromSeconds(seconds)));

    private static HashSet<string> Placeholders(string text) =>
        [.. Placeholder().Matches(text).Select(match => match.Groups[1].Value.Split('|')[0])];

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}
