using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>What a reply states of its own case is read by kind, and used in meaning and steps.</summary>
public sealed class StatedFactTests
{
    private static readonly ReplyDatabase Known = ReplyDatabase.BuiltIn;

    [Theory]
    [InlineData("connect to mx.example.org[192.0.2.9]:25: Connection refused", "mx.example.org", 25)]
    [InlineData("dial tcp 192.0.2.25:587: connect: connection refused", "192.0.2.25", 587)]
    [InlineData("Could not connect to SMTP host smtp.example.org:2525", "smtp.example.org", 2525)]
    [InlineData("Could not connect to smtp.example.org", "smtp.example.org", null)]
    public void A_port_is_no_part_of_the_host_and_the_one_to_try(string said, string host, int? port) =>
        Assert.Equal((host, port), (Known.FactsIn(said).Host, Known.FactsIn(said).Port));

    [Theory]
    [InlineData("550 5.7.23 SPF of example.com failed for 192.0.2.7", "SPF of example.com failed for 192.0.2.7.",
        "Проверка SPF домена example.com не прошла для 192.0.2.7.")]
    [InlineData("550 5.7.26 This mail is unauthenticated. DKIM = did not pass, SPF [example.com] with ip: [192.0.2.7] = did not pass",
        "SPF, DKIM of example.com failed for 192.0.2.7.", "Проверка SPF, DKIM домена example.com не прошла для 192.0.2.7.")]
    [InlineData("550 5.7.1 Rejected because of the DMARC policy of domain example.com", "DMARC of example.com failed.",
        "Проверка DMARC домена example.com не прошла.")]
    [InlineData("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using bl.example.org", "The address is 192.0.2.7, "
        + "the list bl.example.org.", "Адрес: 192.0.2.7, список: bl.example.org.")]
    [InlineData("552 5.3.4 Message size 31457280 exceeds the limit of 26214400 bytes", "The limit is 26.2 MB, the message has 31.5 MB.",
        "Предел - 26.2 МБ, в письме 31.5 МБ.")]
    [InlineData("550 Domain shop.example has exceeded the max emails per hour (251/250 (100%)) allowed. Message discarded.",
        "The limit is 250 an hour; 251 were counted.", "Предел - 250 в час; насчитано 251.")]
    [InlineData("451 4.7.1 Greylisted, please try again in 300 seconds", "The wait is 5 min.", "Ждать 5 мин.")]
    [InlineData("450 4.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.7]", "The address is 192.0.2.7.",
        "Адрес: 192.0.2.7.")]
    [InlineData("504 5.5.2 <localhost.lan>: Helo command rejected: need fully-qualified hostname", "The name given was localhost.lan.",
        "Названо имя localhost.lan.")]
    [InlineData("550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown", "The address is bob@example.org.",
        "Адрес: bob@example.org.")]
    [InlineData("554 5.7.1 <bob@example.org>: Relay access denied", "The recipient is bob@example.org.", "Получатель: bob@example.org.")]
    [InlineData("connect to mx.example.org[192.0.2.9]:25: Connection timed out", "The server is mx.example.org.",
        "Сервер: mx.example.org.")]
    [InlineData("454 4.7.5 Server certificate not trusted: certificate has expired", "What failed: the certificate is out of date.",
        "Что не прошло: срок действия сертификата истёк или ещё не начался.")]
    [InlineData("452 4.5.3 Too many recipients: the limit is 100", "The limit is 100.", "Предел - 100.")]
    public void The_meaning_names_what_the_reply_states(string reply, string english, string russian)
    {
        var told = Known.Explain(reply);

        Assert.EndsWith(english, told.Meaning(Language.English), StringComparison.Ordinal);
        Assert.EndsWith(russian, told.Meaning(Language.Russian), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("550 5.7.23 SPF check failed")]
    [InlineData("554 5.7.1 Your host is on a block list")]
    [InlineData("552 5.3.4 Message too big for system")]
    [InlineData("450 4.7.25 Client host rejected: cannot find your reverse hostname")]
    [InlineData("454 4.7.0 TLS handshake failed")]
    [InlineData("550 5.1.1 User unknown")]
    [InlineData("451 4.7.1 Greylisted, please come back")]
    public void A_reply_that_states_nothing_leaves_no_gap(string reply)
    {
        foreach (var language in Languages.All)
        {
            var told = Known.Explain(reply);
            Assert.All(told.Steps(language).Select(step => step.What).Append(told.Meaning(language)), sentence =>
            {
                Assert.DoesNotMatch(@"[\[\]{}|]|  | [.,:;]|^\s|\s$|^$", sentence);
                Assert.Equal(char.ToUpperInvariant(sentence[0]), sentence[0]);
            });
        }
    }

    [Theory]
    [InlineData("550 5.7.1 mx.example.net refused: SPF passed, DKIM failed for example.com", "DKIM", null)]
    [InlineData("550 5.7.1 neither SPF nor DKIM passes", "SPF DKIM", null)]
    [InlineData("550 5.7.1 Message fails DMARC", "DMARC", null)]
    [InlineData("550 5.7.515 Access denied, sending domain shop.example does not meet the level. Spf= Fail , Dkim= Pass , DMARC= Fail",
        "SPF DMARC", "shop.example")]
    public void Only_the_checks_that_did_not_pass_are_named(string reply, string checks, string? domain)
    {
        var facts = Known.FactsIn(reply);

        Assert.Equal(checks, string.Join(' ', facts.FailedChecks));
        if (domain is not null)
            Assert.Equal(domain, facts.Domain);
    }

    [Theory]
    [InlineData("host mx.example.org[192.0.2.9] said: 550 5.7.1 listed at bl.example.org", null)]
    [InlineData("550 5.7.1 Client host [192.0.2.7] refused, ask at 192.0.2.8 for help", "192.0.2.7")]
    [InlineData("550 5.7.1 192.0.2.7 and 192.0.2.8 disagree", null)]
    [InlineData("550 5.7.1 see https://www.spamhaus.org/query/ip/192.0.2.7", "192.0.2.7")]
    [InlineData("550 5.7.1 [2001:db8::7] is listed", "2001:db8::7")]
    [InlineData("550 5.7.1 version 1.2.3.4000 and 127.0.0.1 are no clients", null)]
    public void The_refused_address_is_never_that_of_the_server_that_spoke(string reply, string? ip) =>
        Assert.Equal(ip, Known.FactsIn(reply).Ip?.ToString());

    [Fact]
    public void A_link_of_the_reply_comes_first_and_a_look_up_page_is_opened_at_the_address()
    {
        Assert.Equal("https://check.spamhaus.org/results/?query=192.0.2.7",
            Known.Explain("550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org").HelpUrl);
        Assert.Equal("https://check.spamhaus.org", Known.Explain("550 5.7.1 blocked using zen.spamhaus.org").HelpUrl);
        var step = Known.Explain("550 5.7.1 Client host [192.0.2.7] blocked using bl.example.org; https://bl.example.org/why?ip=192.0.2.7")
            .Steps(Language.English)[0];
        Assert.Equal("Open https://bl.example.org/why?ip=192.0.2.7: it says why the address 192.0.2.7 is refused.", step.What);
    }

    [Theory]
    [InlineData("Name {name}.", "outside of [[ ]]")]
    [InlineData("[[Name {name}.]]", "{name} is none of ip, domain,")]
    [InlineData("[[Name {ip}.", "not closed")]
    public void A_sentence_of_a_file_with_an_unknown_place_is_refused(string sentence, string fault) =>
        Assert.Contains(fault, FactTemplate.Fault(sentence));

    [Fact]
    public void Every_period_and_every_fault_of_tls_has_its_phrases_and_its_words()
    {
        foreach (var value in Enum.GetValues<StatedPeriod>().Cast<Enum>().Concat(Enum.GetValues<TlsFault>().Cast<Enum>()))
        {
            string key = value switch
            {
                TlsFault fault => "tls-" + KebabCase.Of(fault),
                var period => "per-" + KebabCase.Of((StatedPeriod)period),
            };
            Assert.All(Languages.All, language => Assert.Contains("stated." + key, Sources.Texts(language.Code).Keys));
            Assert.Contains(Sources.NoticeExamples, example => example.List == key);
        }
    }

    [Fact]
    public void Nothing_is_stated_that_the_text_does_not_hold() =>
        Shown.None(
            from dialect in Known.Dialects
            from entry in dialect.Entries
            from example in entry.Examples
            let facts = Known.FactsIn(example)
            from value in (string?[])[facts.Domain, facts.Host, facts.Helo, facts.Address, facts.List, facts.Link]
            where value is not null && !example.Contains(value, StringComparison.Ordinal)
            select $"{entry.Entry.Id}: {value} in {example}");
}
