using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Commands.Answers;

/// <summary>The words around an explanation, in one language.</summary>
internal sealed record AnswerTexts
{
    public required Language Language { get; init; }

    public required string WhoActs { get; init; }

    public required string TryAgain { get; init; }

    public required string WhatToDo { get; init; }

    public required string Help { get; init; }

    public required string ReadFrom { get; init; }

    public required string Codes { get; init; }

    public required string SaidBy { get; init; }

    public required string NotABounce { get; init; }

    public required string AutoReply { get; init; }

    public required string Nothing { get; init; }

    /// <summary>What became of the message, in one sentence; null where it is not told or the headline says it.</summary>
    public required Func<Report, string?> Outcome { get; init; }

    public required string WrongNumber { get; init; }

    public required string OurRecord { get; init; }

    public required string DotsLost { get; init; }

    public required string NoCode { get; init; }

    public required Func<string, string> To { get; init; }

    public required Func<Actors, string> Party { get; init; }

    public required Func<Report, string> Retry { get; init; }

    public required Func<Report, string> Sureness { get; init; }

    public required Func<Quotation, string> Place { get; init; }

    public static AnswerTexts In(Language language) => language == Language.Russian ? Russian : English;

    private static AnswerTexts English { get; } = new()
    {
        Language = Language.English,
        WhoActs = "Who can act",
        TryAgain = "Send again",
        WhatToDo = "What to do",
        Help = "More",
        ReadFrom = "Read from",
        Codes = "Codes",
        SaidBy = "Said by",
        NotABounce = "An ordinary message: it tells nothing about a delivery.",
        AutoReply = "An automatic reply: the message it answers has arrived.",
        Nothing = "Nothing here that a mail system says about a delivery.",
        Outcome = report => report.Outcome switch
        {
            MessageOutcome.StillTrying when report.TimeHelps => "No failure yet: the sending server goes on trying by itself.",
            MessageOutcome.StillTrying => "Not given up yet: the sending server goes on trying for some days, but in vain until the cause is put right.",
            MessageOutcome.GivenUp => "It is over: the sending server has given up and does not try again.",
            MessageOutcome.Refused => "It is over: the message was refused for good and is not tried again.",
            MessageOutcome.NotSent => "Nothing was sent: the program does not try again by itself.",
            _ => null,
        },
        WrongNumber = "The number says something else: this server uses the wrong number; its words count.",
        OurRecord = "A Gatepost gave this reply. At that server, gatepost trace {0} shows the whole record.",
        DotsLost = "read as {0}, which lost its dots",
        NoCode = "none in the text",
        To = recipient => $"To {recipient}",
        Party = party => party switch
        {
            Actors.Sender => "the sender",
            Actors.SenderAdmin => "the sender's mail administrator",
            Actors.Recipient => "the recipient",
            Actors.RecipientAdmin => "the recipient's mail administrator",
            Actors.AddressOwner => "the owner of the sending IP address",
            _ => "nobody needs to",
        },
        Retry = report => report.Retry switch
        {
            Gatepost.Replies.Retry.Automatic when !report.TimeHelps => "not by hand: the sending server still tries by itself, and succeeds once the cause below has been put right",
            Gatepost.Replies.Retry.Automatic => "not needed: the sending server tries again by itself, first after minutes, then less often, for up to five days",
            Gatepost.Replies.Retry.Later => "yes, later: in some hours or tomorrow, unchanged",
            Gatepost.Replies.Retry.AfterChange when report.Reason == Reason.Unknown => "only once the cause is known",
            Gatepost.Replies.Retry.AfterChange => "only after the cause below has been put right",
            Gatepost.Replies.Retry.InParts => "yes, in smaller parts",
            _ => "no: the same message gets the same answer",
        },
        Sureness = report => report.Basis switch
        {
            Basis.Own => "certain: a Gatepost's own reply, known by its id",
            Basis.Dialect => report.Provider is { } provider ? $"sure: the known wording of {provider}" : "sure: a known wording",
            Basis.Words => report.Confidence == Confidence.Low ? "not very sure: the words leave much open" : "sure: plain words",
            Basis.Status => "fairly sure: by the enhanced status, the words say nothing we know",
            Basis.Code => "not very sure: by the basic code alone",
            _ when report.Confidence >= Confidence.High => "sure: by the form of the message",
            _ => "unknown: the text does not tell the cause, and we do not guess",
        },
        Place = quotation => quotation.Part.Length == 0 ? $"octet {quotation.Offset}" : quotation.Part == "header" ? $"header, octet {quotation.Offset}" : $"part {quotation.Part}, octet {quotation.Offset}",
    };

    private static AnswerTexts Russian { get; } = new()
    {
        Language = Language.Russian,
        WhoActs = "Кто поможет",
        TryAgain = "Слать снова",
        WhatToDo = "Что делать",
        Help = "Подробнее",
        ReadFrom = "Откуда видно",
        Codes = "Коды",
        SaidBy = "Кто сказал",
        NotABounce = "Обычное письмо: о доставке в нём ничего не сказано.",
        AutoReply = "Автоматический ответ: письмо, на которое он отвечает, дошло.",
        Nothing = "Здесь нет ничего, что почтовая система говорила бы о доставке.",
        Outcome = report => report.Outcome switch
        {
            MessageOutcome.StillTrying when report.TimeHelps => "Это ещё не отказ: отправляющий сервер сам продолжает попытки.",
            MessageOutcome.StillTrying => "Попытки ещё идут, но без устранения причины они напрасны: через несколько дней сервер их прекратит.",
            MessageOutcome.GivenUp => "Всё кончено: отправляющий сервер прекратил попытки и больше не повторит.",
            MessageOutcome.Refused => "Всё кончено: отказ окончательный, повторных попыток не будет.",
            MessageOutcome.NotSent => "Письмо не отправлено: сама программа попытку не повторит.",
            _ => null,
        },
        WrongNumber = "Номер говорит о другом: этот сервер пользуется неверным номером; верны его слова.",
        OurRecord = "Этот ответ дал Gatepost. На том сервере команда gatepost trace {0} покажет запись целиком.",
        DotsLost = "прочитан как {0}, потерявший точки",
        NoCode = "в тексте нет",
        To = recipient => $"Для {recipient}",
        Party = party => party switch
        {
            Actors.Sender => "отправитель",
            Actors.SenderAdmin => "администратор почты отправителя",
            Actors.Recipient => "получатель",
            Actors.RecipientAdmin => "администратор почты получателя",
            Actors.AddressOwner => "владелец IP-адреса отправляющего сервера",
            _ => "никому ничего делать не нужно",
        },
        Retry = report => report.Retry switch
        {
            Gatepost.Replies.Retry.Automatic when !report.TimeHelps => "вручную не нужно: отправляющий сервер ещё пробует сам, и получится, когда причину устранят",
            Gatepost.Replies.Retry.Automatic => "не нужно: отправляющий сервер повторит сам, сначала через минуты, потом реже, до пяти дней",
            Gatepost.Replies.Retry.Later => "да, позже: через несколько часов или завтра, без изменений",
            Gatepost.Replies.Retry.AfterChange when report.Reason == Reason.Unknown => "только когда станет известна причина",
            Gatepost.Replies.Retry.AfterChange => "только после того, как причина устранена",
            Gatepost.Replies.Retry.InParts => "да, меньшими частями",
            _ => "нет: то же письмо получит тот же ответ",
        },
        Sureness = report => report.Basis switch
        {
            Basis.Own => "точно: собственный ответ Gatepost, узнан по номеру",
            Basis.Dialect => report.Provider is { } provider ? $"уверенно: известная формулировка ({provider})" : "уверенно: известная формулировка",
            Basis.Words => report.Confidence == Confidence.Low ? "не очень уверенно: слова оставляют многое открытым" : "уверенно: ясные слова",
            Basis.Status => "довольно уверенно: по расширенному коду, слова нам ничего не говорят",
            Basis.Code => "не очень уверенно: только по основному коду",
            _ when report.Confidence >= Confidence.High => "уверенно: по устройству письма",
            _ => "неизвестно: причина в тексте не названа, а гадать мы не станем",
        },
        Place = quotation => quotation.Part.Length == 0 ? $"байт {quotation.Offset}" : quotation.Part == "header" ? $"заголовок, байт {quotation.Offset}" : $"часть {quotation.Part}, байт {quotation.Offset}",
    };
}
