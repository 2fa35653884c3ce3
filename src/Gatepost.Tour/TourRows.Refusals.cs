using Gatepost.Policy;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Smtp;

namespace Gatepost.Tour;

/// <content>E01 to E23: the refusals of a hosting provider.</content>
internal static partial class TourRows
{
    private const string Ehlo = "EHLO client.partner.example";
    private const string Mail = "MAIL FROM:<ann@partner.example>";
    private const string Ann = "AUTH ann@host.example pencil";
    private const string AnnMail = "MAIL FROM:<ann@host.example>";
    private const string Filtered = "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio";
    private const string Unavailable = "550 5.3.2 Service currently unavailable";

    private static readonly string[] Message = [Ehlo, Mail, "RCPT TO:<ann@host.example>", "DATA", "> From: ann@partner.example", "> Subject: tour", "> ", "> Hello", "> ."];

    private static IEnumerable<TourScenario> Refusals =>
    [
        Mx("E01", "a", "Nobody has this address", "Такого адреса нет", "nobody@host.example", "recipient-unknown", "550 5.1.1 <nobody@host.example>: Recipient address rejected: User unknown in virtual alias table"),
        Mx("E01", "b", "Two forwardings lead to each other", "Две переадресации ведут друг к другу", "left@host.example", "forwarding-loop", "550 5.1.1 <left@host.example>: Recipient address rejected: User unknown in virtual alias table", "550 5.4.6 <left@host.example>: Recipient address rejected: forwarding loop"),
        Condition("E01", "c", "The address forwards to another one, and that is refused", "Адрес пересылает почту на другой, а там отказ", "550 5.1.1 <classic@host.example>: Recipient address rejected: User unknown in virtual alias table", new TourPeer("elsewhere.example", "127.0.1.41", PeerTrick.AnswersRecipient, "550 5.1.1 <classic@elsewhere.example>: User unknown", "550 5.1.1 <modern@elsewhere.example>: User unknown"), "forward-refused", "mailbox-unknown") with { ForwardedBy = "host.example", BounceStatus = "5.1.1" },
        new()
        {
            Row = "E02", Case = "a", Title = "HELO where EHLO is required", TitleRu = "HELO там, где требуется EHLO", Says = ["HELO client.partner.example", Mail, "RCPT TO:<ann@host.example>"],
            Policy = On("ehlo-required"), Rule = "ehlo-required", Classic = "550 5.1.1 Protocol error", Modern = "550 5.5.1 Protocol error: EHLO is required here",
        },
        new()
        {
            Row = "E02", Case = "b", Title = "A client that breaks the rules of the conversation", TitleRu = "Клиент нарушает правила разговора", Says = [Ehlo, "RCPT TO:<ann@host.example>", Mail, "RCPT TO:<ann@host.example>"],
            Policy = On("protocol-error"), Rule = "protocol-error", Classic = "550 5.1.1 Protocol error", Modern = "554 5.5.0 Protocol error: ",
        },
        new()
        {
            Row = "E03", Case = "a", Title = "On a block list, and not told which", TitleRu = "В чёрном списке, но в каком, не сказано", From = "127.0.0.3", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org", Opaque = true }] }, Rule = "listed-by-dnsbl", Classic = Unavailable, Modern = "554 5.7.1 Service unavailable; Client host [127.0.0.3] blocked using zen.spamhaus.org; XBL: ",
        },
        new()
        {
            Row = "E03", Case = "b", Title = "Too many messages from one address: blocked for a while", TitleRu = "Слишком много писем с одного адреса: временная блокировка", Says = [Ehlo, Mail, "RSET", Mail],
            Policy = options => options with { MessagesPerClient = 1 }, Rule = "too-many-messages-from-client", Classic = Unavailable, Modern = "450 4.7.1 Client host rejected: too many messages from [127.0.0.2], free again at ",
        },
        new()
        {
            Row = "E03", Case = "c", Title = "No reverse name, and not told so", TitleRu = "Нет обратного имени, но об этом не сказано", From = "127.0.0.4", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { ReverseNameOpaque = true }, Rule = "reverse-name-missing", Classic = Unavailable, Modern = "550 5.7.25 Client host rejected: cannot find your reverse hostname, [127.0.0.4]",
        },
        new()
        {
            Row = "E04", Title = "On a block list", TitleRu = "В чёрном списке", From = "127.0.0.3", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org" }] }, Rule = "listed-by-dnsbl", Classic = "554 5.7.1 Service unavailable; Client host [127.0.0.3] blocked using zen.spamhaus.org",
        },
        Hello("E05", "A stranger called localhost", "Чужой по имени localhost", "localhost", "hello-is-localhost", "550 5.7.1 <localhost>: Helo command rejected: You aren't localhost"),
        Hello("E06", "A stranger called localhost.localdomain", "Чужой по имени localhost.localdomain", "localhost.localdomain", "hello-is-localhost", "550 5.7.1 <localhost.localdomain>: Helo command rejected: You aren't localhost.localdomain."),
        Hello("E07", "A stranger with our own name", "Чужой с нашим собственным именем", TourWorld.HostName, "hello-is-our-name", "550 5.7.1 <mx.host.example>: Helo command rejected: You are not me") with { Case = "a" },
        Hello("E07", "A stranger with our own address", "Чужой с нашим собственным адресом", "[127.0.0.1]", "hello-is-our-name", "550 5.7.1 <[127.0.0.1]>: Helo command rejected: You are not me") with { Case = "b" },
        Hello("E07", "A stranger with the name of a domain hosted here", "Чужой с именем размещённого здесь домена", "host.example", "hello-is-our-name", "550 5.7.1 <host.example>: Helo command rejected: You are not me") with { Case = "c", Policy = options => options with { HostedDomainsAreOurNames = true } },
        Mx("E08", "a", "A stranger wants to reach another party's domain", "Чужой пишет в чужой домен", "x@partner.example", "relay-denied", "554 5.7.1 <x@partner.example>: Relay access denied"),
        Mx("E08", "b", "A domain whose MX still leads here, though it is hosted no more", "Домен, чей MX ещё ведёт сюда, хотя его здесь уже нет", "x@gone.example", "domain-not-hosted", "554 5.7.1 <x@gone.example>: Relay access denied"),
        Mx("E08", "c", "A device nobody listed wants to send out", "Устройство, которого нет в списке доверенных", "x@partner.example", "relay-denied-untrusted", "554 5.7.1 <x@partner.example>: Relay access denied") with { Role = ListenerRole.Internal },
        Filter("E09", "a", "A virus", "Вирус", new Scan(ScanOutcome.Virus, "clamav", "Eicar-Test-Signature"), "virus-found", Filtered, "554 5.7.1 Message rejected: virus Eicar-Test-Signature found"),
        Filter("E09", "b", "Spam", "Спам", new Scan(ScanOutcome.Spam, "rspamd", "reject", 21.5, 15), "spam-found", Filtered, "554 5.7.1 Message rejected: classified as spam, score 21.5 of 15"),
        Filter("E09", "c", "Seen in very many copies", "Очень много копий", new Scan(ScanOutcome.Bulk, "rspamd", "reject", 18, 15), "bulk-found", Filtered, "554 5.7.1 Message rejected: classified as unwanted bulk mail"),
        new()
        {
            Row = "E10", Title = "Nobody logged in", TitleRu = "Никто не вошёл", Role = ListenerRole.Submission, Says = [Ehlo, "MAIL FROM:<bob@host.example>", "RCPT TO:<x@partner.example>"],
            Rule = "authentication-required", Classic = "530 5.7.0 <x@partner.example>: Recipient address rejected: Authentication Required",
        },
        Quota("E11", "The domain's hourly quota is used up", "Часовая квота домена исчерпана", options => options with { RecipientsPerDomainAndHour = 1 }, "domain-quota-exceeded", "550 5.4.5 <y@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded", "450 4.7.1 <y@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded (1 of 1 in 60 minutes, free again at "),
        Quota("E12", "The account's hourly quota is used up", "Часовая квота ящика исчерпана", options => options with { RecipientsPerUserAndHour = 1 }, "user-quota-exceeded", "550 5.4.6 <y@partner.example>: Recipient address rejected: Hourly sending quota exceeded", "450 4.7.1 <y@partner.example>: Recipient address rejected: Hourly sending quota exceeded (1 of 1 in 60 minutes, free again at "),
        Login("E13", "", "Sending with another user's address", "Отправка с чужого адреса", [Ann, "MAIL FROM:<bob@host.example>"], "sender-not-owned", "553 5.7.1 <bob@host.example>: Sender address rejected: not owned by user ann@host.example"),
        Mx("E14", "a", "The recipient is suspended", "Получатель приостановлен", "frozen@host.example", "recipient-suspended", "554 5.7.1 <frozen@host.example>: Recipient address rejected: USER IS SUSPENDED", "550 5.2.1 <frozen@host.example>: Recipient address rejected: Mailbox is suspended"),
        Login("E14", "b", "The sending account is suspended", "Отправляющая учётная запись приостановлена", ["AUTH carl@host.example pencil", "MAIL FROM:<carl@host.example>", "RCPT TO:<x@partner.example>"], "account-suspended", "554 5.7.1 <x@partner.example>: Recipient address rejected: USER IS SUSPENDED", "525 5.7.13 User account disabled"),
        Mx("E15", "", "The mailbox is full", "Ящик переполнен", "full@host.example", "mailbox-full", "522 5.7.1 <full@host.example>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation", "452 4.2.2 <full@host.example>: Recipient address rejected: mailbox is full"),
        From("E16", "a", "A blocked sender", "Заблокированный отправитель", "bad@partner.example", "sender-blocked", "554 5.7.1 <bad@partner.example>: Sender address rejected: Access denied"),
        Login("E16", "b", "A blocked address of one of our own", "Заблокированный адрес собственного пользователя", [Ann, "MAIL FROM:<ann+spam@host.example>"], "sender-blocked", "554 5.7.1 <ann+spam@host.example>: Sender address rejected: Access denied"),
        From("E17", "a", "The sender's domain does not exist", "Домена отправителя нет", "ann@nowhere.example", "sender-domain-not-found", "450 4.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found", "550 5.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found"),
        From("E17", "b", "DNS does not answer for the sender's domain", "DNS не отвечает о домене отправителя", "ann@silent.example", "sender-domain-unanswered", "450 4.1.8 <ann@silent.example>: Sender address rejected: Domain not found", "450 4.1.8 <ann@silent.example>: Sender address rejected: Domain lookup failed"),
        From("E17", "c", "The sender's domain takes no mail", "Домен отправителя не принимает почту", "ann@null.example", "sender-domain-takes-no-mail", "450 4.1.8 <ann@null.example>: Sender address rejected: Domain not found", "550 5.7.27 <ann@null.example>: Sender address rejected: Domain takes no mail (null MX)"),
        new()
        {
            Row = "E18", Case = "a", Title = "The client's address has no name", TitleRu = "У адреса клиента нет имени", From = "127.0.0.4", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Rule = "reverse-name-missing", Classic = "450 4.7.1 Client host rejected: cannot find your reverse hostname, [127.0.0.4]", Modern = "550 5.7.25 Client host rejected: cannot find your reverse hostname, [127.0.0.4]",
        },
        new()
        {
            Row = "E18", Case = "b", Title = "Its name could not be looked up", TitleRu = "Имя не удалось узнать", From = "127.0.0.5", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { Rules = new Dictionary<string, RuleOptions>(options.Rules) { ["reverse-name-missing"] = new() { WhenSilent = WhenSilent.Defer } } },
            Rule = "reverse-lookup-failed", Classic = "450 4.7.1 Client host rejected: cannot find your reverse hostname, [127.0.0.5]", Modern = "450 4.7.25 Client host rejected: the lookup of your reverse hostname failed, [127.0.0.5]",
        },
        new()
        {
            Row = "E19", Title = "The mailbox receives too much at a time", TitleRu = "Ящик получает слишком много сразу", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>", "RSET", Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { ReceivedPerMailboxAndHour = 1 }, Rule = "inbound-quota-exceeded", Classic = "450 4.7.1 <ann@host.example>: Recipient address rejected: Policy Rejection- Quota Exceeded",
        },
        new()
        {
            Row = "E20", Case = "a", Title = "A recipient without a domain", TitleRu = "Получатель без домена", Says = [Ehlo, Mail, "RCPT TO:<joe>"],
            Rule = "recipient-unqualified", Classic = "450 4.7.1 <joe>: Recipient address rejected: Access denied", Modern = "504 5.5.2 <joe>: Recipient address rejected: need fully-qualified address",
        },
        Mx("E20", "b", "A blocked recipient", "Заблокированный получатель", "blocked@host.example", "recipient-blocked", "450 4.7.1 <blocked@host.example>: Recipient address rejected: Access denied", "550 5.7.1 <blocked@host.example>: Recipient address rejected: Access denied"),
        Mx("E21", "", "A table of ours is broken", "Наша таблица испорчена", "broken@host.example", "configuration-problem", "451 4.3.5 Server configuration problem - try again later"),
        Filter("E22", "", "The filter does not answer", "Фильтр не отвечает", new Scan(ScanOutcome.Unavailable, "rspamd", "Connection refused"), "filter-unavailable", "451 4.7.1 Service unavailable - try again later", ""),
        Login("E23", "a", "The 51st recipient", "Пятьдесят первый получатель", [Ann, AnnMail, .. Enumerable.Range(1, 51).Select(i => $"RCPT TO:<bob+{i}@host.example>")], "too-many-recipients", "452 4.5.3 Error: too many recipients"),
        Mx("E23", "b", "The 101st recipient of a stranger's message", "Сто первый получатель чужого письма", "", "too-many-recipients", "452 4.5.3 Error: too many recipients") with { Says = [Ehlo, Mail, .. Enumerable.Range(1, 101).Select(i => $"RCPT TO:<bob+{i}@host.example>")] },
    ];

    private static Func<PolicyOptions, PolicyOptions> On(string rule) =>
        options => options with { Rules = new Dictionary<string, RuleOptions> { [rule] = new() { Mode = RuleMode.On } } };

    private static TourScenario Mx(string row, string context, string title, string titleRu, string recipient, string rule, string classic, string modern = "") => new()
    {
        Row = row,
        Case = context,
        Title = title,
        TitleRu = titleRu,
        Says = [Ehlo, Mail, $"RCPT TO:<{recipient}>"],
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };

    private static TourScenario From(string row, string context, string title, string titleRu, string sender, string rule, string classic, string modern = "") => new()
    {
        Row = row,
        Case = context,
        Title = title,
        TitleRu = titleRu,
        Says = [Ehlo, $"MAIL FROM:<{sender}>"],
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };

    private static TourScenario Hello(string row, string title, string titleRu, string name, string rule, string classic) => new()
    {
        Row = row,
        Title = title,
        TitleRu = titleRu,
        Says = ["EHLO " + name, Mail, "RCPT TO:<ann@host.example>"],
        Rule = rule,
        Classic = classic,
    };

    private static TourScenario Login(string row, string context, string title, string titleRu, IReadOnlyList<string> says, string rule, string classic, string modern = "") => new()
    {
        Row = row,
        Case = context,
        Title = title,
        TitleRu = titleRu,
        Role = ListenerRole.Submission,
        Says = [Ehlo, .. says],
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };

    private static TourScenario Quota(string row, string title, string titleRu, Func<PolicyOptions, PolicyOptions> limit, string rule, string classic, string modern) =>
        Login(row, "", title, titleRu, [Ann, AnnMail, "RCPT TO:<x@partner.example>", "RCPT TO:<y@partner.example>"], rule, classic, modern) with { Policy = limit };

    private static TourScenario Filter(string row, string context, string title, string titleRu, Scan scan, string rule, string classic, string modern) => new()
    {
        Row = row,
        Case = context,
        Title = title,
        TitleRu = titleRu,
        Says = Message,
        Scan = scan,
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };
}
