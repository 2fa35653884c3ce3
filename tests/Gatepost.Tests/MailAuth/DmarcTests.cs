using System.Text;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Spf;
using Gatepost.Replies;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.MailAuth;

public sealed class DmarcTests
{
    [Theory]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=reject", "p=reject", DmarcPolicy.Reject)]
    [InlineData("_dmarc.example TXT v=DMARC1; p=reject; sp=none", "sp=none", DmarcPolicy.None)]
    [InlineData("_dmarc.example TXT v=DMARC1; p=quarantine", "p=quarantine", DmarcPolicy.Quarantine)]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=reject; t=y", "p=reject", DmarcPolicy.Quarantine)]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=quarantine; t=y", "p=quarantine", DmarcPolicy.None)]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=reject; pct=0; rf=afrf; ri=86400; fo=1", "p=reject", DmarcPolicy.Reject)]
    [InlineData("_dmarc.a.example TXT v=DMARC1;p=REJECT;adkim=x;unknown", "p=reject", DmarcPolicy.Reject)]
    [InlineData("_dmarc.example TXT v=DMARC1; p=none; np=reject\na.example A 192.0.2.1", "p=none", DmarcPolicy.None)]
    [InlineData("_dmarc.example TXT v=DMARC1; p=none; sp=quarantine; np=reject", "np=reject", DmarcPolicy.Reject)]
    public async Task The_domain_of_the_author_or_its_organization_asks_for_a_policy(string zone, string tag, DmarcPolicy policy)
    {
        // In these zones a.example does not exist unless it has a record of its own.
        var result = await CheckAsync(zone, "a.example");

        Assert.Equal((AuthResult.Fail, policy), (result.Result, result.Policy));
        Assert.Contains(result.Steps, step => step.Id == "dmarc-policy" && (string)step.Arguments[1]! == tag);
    }

    [Fact]
    public async Task Without_a_policy_a_record_counts_as_none_if_it_wants_reports_and_not_at_all_otherwise()
    {
        var wanted = await CheckAsync("_dmarc.a.example TXT v=DMARC1; p=nonsense; rua=mailto:r@a.example", "a.example");
        var not = await CheckAsync("_dmarc.a.example TXT v=DMARC1; sp=reject", "a.example");

        Assert.Equal((AuthResult.Fail, DmarcPolicy.None), (wanted.Result, wanted.Policy));
        Assert.Equal((AuthResult.PermError, "dmarc-policy-missing"), (not.Result, not.Steps[^1].Id));
    }

    [Theory]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=none\n_dmarc.a.example TXT v=DMARC1; p=reject")]
    [InlineData("_dmarc.a.example TXT v=dmarc1; p=reject")]
    [InlineData("_dmarc.a.example TXT p=reject; v=DMARC1")]
    [InlineData("_dmarc.a.example TXT v=DMARC12; p=reject")]
    [InlineData("other.example TXT v=DMARC1; p=reject")]
    public async Task Two_records_or_none_that_begins_with_its_version_are_no_record(string zone) =>
        Assert.Equal(AuthResult.None, (await CheckAsync(zone, "a.example")).Result);

    [Theory]
    [InlineData("mail.a.example", "", AuthResult.Pass)]
    [InlineData("a.example", "aspf=s", AuthResult.Pass)]
    [InlineData("mail.a.example", "aspf=s", AuthResult.Fail)]
    [InlineData("nota.example", "", AuthResult.Fail)]
    [InlineData("example", "", AuthResult.Fail)]
    public async Task What_SPF_passed_must_belong_to_the_author(string domain, string tag, AuthResult expected)
    {
        var result = await CheckAsync($"_dmarc.a.example TXT v=DMARC1; p=reject; {tag}", "a.example", Spf(AuthResult.Pass, domain));

        Assert.Equal(expected, result.Result);
        Assert.Contains(result.Steps, step => step.Id == (expected == AuthResult.Pass ? "dmarc-spf-aligned" : "dmarc-spf-unaligned"));
    }

    [Fact]
    public async Task One_aligned_signature_is_enough_and_the_steps_name_those_that_are_not()
    {
        DkimResult[] signatures = [Dkim(AuthResult.Fail, "a.example"), Dkim(AuthResult.Pass, "esp.example"), Dkim(AuthResult.Pass, "b.a.example")];
        var result = await CheckAsync("_dmarc.a.example TXT v=DMARC1; p=reject", "a.example", Spf(AuthResult.Pass, "esp.example"), signatures);

        Assert.Equal((AuthResult.Pass, "dkim"), (result.Result, result.AlignedBy));
        Assert.Equal(
            ["dmarc-spf-unaligned", "dmarc-dkim-not-passed", "dmarc-dkim-unaligned", "dmarc-dkim-aligned"],
            result.Steps.Skip(3).Select(step => step.Id));
    }

    [Fact]
    public async Task A_public_suffix_parts_its_neighbours_and_lends_them_its_policy()
    {
        string zone = "_dmarc.bank.example TXT v=DMARC1; p=reject; psd=y; np=reject\na.bank.example A 192.0.2.1";
        var result = await CheckAsync(zone, "www.a.bank.example", Spf(AuthResult.Pass, "b.bank.example"));
        var own = await CheckAsync(zone, "www.a.bank.example", Spf(AuthResult.Pass, "mail.a.bank.example"));

        Assert.Equal((AuthResult.Fail, "bank.example"), (result.Result, result.Record!.Domain));
        Assert.Equal(AuthResult.Pass, own.Result);
    }

    [Fact]
    public async Task A_domain_that_says_psd_n_is_an_organization_of_its_own()
    {
        string zone = "_dmarc.a.example TXT v=DMARC1; p=none\n_dmarc.uni.a.example TXT v=DMARC1; p=reject; psd=n";

        Assert.Equal(AuthResult.Fail, (await CheckAsync(zone, "uni.a.example", Spf(AuthResult.Pass, "a.example"))).Result);
        Assert.Equal(AuthResult.Fail, (await CheckAsync(zone, "a.example", Spf(AuthResult.Pass, "uni.a.example"))).Result);
        Assert.Equal(AuthResult.Pass, (await CheckAsync(zone, "x.uni.a.example", Spf(AuthResult.Pass, "y.uni.a.example"))).Result);
    }

    [Fact]
    public async Task The_record_of_the_organization_is_that_of_the_fewest_labels()
    {
        var result = await CheckAsync("_dmarc.b.a.example TXT v=DMARC1; p=none\n_dmarc.a.example TXT v=DMARC1; p=reject", "c.b.a.example");

        Assert.Equal(("a.example", DmarcPolicy.Reject), (result.Record!.Domain, result.Policy));
    }

    [Fact]
    public async Task A_name_of_a_hundred_labels_costs_eight_questions()
    {
        var zone = ZoneFile.Parse("x.test A 192.0.2.1");
        string author = string.Join('.', Enumerable.Repeat("a", 100)) + ".test";
        var result = await new DmarcVerifier(zone).CheckAsync(new DmarcQuestion { Author = From(author) }, TestContext.Current.CancellationToken);

        Assert.Equal((AuthResult.None, 8), (result.Result, zone.Questions));
    }

    [Theory]
    [InlineData("_dmarc.a.example SERVFAIL", "pass", AuthResult.TempError)]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=reject", "temperror", AuthResult.TempError)]
    [InlineData("_dmarc.a.example TXT v=DMARC1; p=reject\n_dmarc.mail.a.example TIMEOUT", "pass", AuthResult.TempError)]
    [InlineData("_dmarc.example TXT v=DMARC1; p=none; np=reject\na.example TIMEOUT A", "fail", AuthResult.TempError)]
    public async Task Silence_of_DNS_is_never_a_failure(string zone, string spf, AuthResult expected)
    {
        var word = Enum.Parse<AuthResult>(spf, ignoreCase: true);
        Assert.Equal(expected, (await CheckAsync(zone, "a.example", Spf(word, "mail.a.example"))).Result);
    }

    [Fact]
    public async Task Several_authors_must_all_pass_and_an_unreadable_one_is_an_error()
    {
        string zone = "_dmarc.a.example TXT v=DMARC1; p=reject\n_dmarc.b.example TXT v=DMARC1; p=none";
        var spf = Spf(AuthResult.Pass, "b.example");

        Assert.Equal((AuthResult.Fail, DmarcPolicy.Reject), Of(await CheckFromAsync(zone, spf, "From: x@b.example, y@a.example\r\n")));
        Assert.Equal((AuthResult.Fail, DmarcPolicy.Reject), Of(await CheckFromAsync(zone, spf, "From: x@b.example\r\n", "from : y@a.example\r\n")));
        Assert.Equal(AuthResult.Pass, (await CheckFromAsync(zone, spf, "From: \"y@a.example\" <x@B.example>\r\n")).Result);
        Assert.Equal(AuthResult.PermError, (await CheckFromAsync(zone, spf, "Subject: x\r\n")).Result);
        Assert.Equal(AuthResult.PermError, (await CheckFromAsync(zone, spf, "From: nobody\r\n")).Result);
        Assert.Equal(AuthResult.PermError, (await CheckFromAsync(zone, spf, "From: x@[192.0.2.1]\r\n")).Result);
        string many = string.Join(", ", Enumerable.Range(0, 2_000).Select(i => $"x@d{i}.example"));
        Assert.Equal("dmarc-too-many-authors", (await CheckFromAsync(zone, spf, $"From: {many}\r\n")).Steps.Single().Id);

        static (AuthResult, DmarcPolicy) Of(DmarcResult result) => (result.Result, result.Policy);
    }

    [FsCheck.Xunit.Property(MaxTest = 300)]
    public async Task No_record_and_no_From_breaks_the_check(FsCheck.NonNull<string> record, byte[] from)
    {
        var zone = new ZoneFile();
        zone.Add("_dmarc.a.example TXT v=DMARC1;" + record.Get.Replace('\n', ' '));
        var raw = new HeaderField((byte[])[.. "From:"u8, .. from, .. "\r\n"u8], 4, 4);
        await new DmarcVerifier(zone).CheckAsync(new DmarcQuestion { Author = AuthorDomains.Of([raw]) }, CancellationToken.None);
        var result = await new DmarcVerifier(zone).CheckAsync(new DmarcQuestion { Author = From("a.example") }, CancellationToken.None);

        Assert.NotEmpty(result.Steps);
    }

    private static Task<DmarcResult> CheckAsync(string zone, string author, SpfResult? spf = null, IReadOnlyList<DkimResult>? dkim = null) =>
        new DmarcVerifier(ZoneFile.Parse(zone)).CheckAsync(
            new DmarcQuestion { Author = From(author), Spf = spf, Dkim = dkim ?? [] }, TestContext.Current.CancellationToken);

    private static Task<DmarcResult> CheckFromAsync(string zone, SpfResult spf, params string[] fields) =>
        new DmarcVerifier(ZoneFile.Parse(zone)).CheckAsync(
            new DmarcQuestion { Author = AuthorDomains.Of(fields.Select(Field)), Spf = spf }, TestContext.Current.CancellationToken);

    private static AuthorDomains From(string domain) => AuthorDomains.Of([Field($"From: Ann <ann@{domain}>\r\n")]);

    private static HeaderField Field(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return new HeaderField(Encoding.UTF8.GetBytes(line), line[..colon].TrimEnd().Length, colon);
    }

    private static SpfResult Spf(AuthResult result, string domain) => new()
    {
        Result = result,
        Identity = SpfIdentity.MailFrom,
        Domain = domain,
        Steps = [OurEvidence.SpfNoRecord.Say(domain)],
    };

    private static DkimResult Dkim(AuthResult result, string domain) => new()
    {
        Result = result,
        Domain = domain,
        Steps = [OurEvidence.DmarcNoSignature.Say()],
    };
}
