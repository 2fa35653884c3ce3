using Gatepost.Replies;

namespace Gatepost.Delivery.Bounces;

internal sealed class RussianWords : NoticeWords
{
    public static readonly RussianWords Only = new();

    public override Language Language => Language.Russian;

    public override string From => "Доставка почты";

    public override string UnknownCause => "Принимающий сервер отказался от письма и не назвал причины, которую можно было бы распознать; его собственные слова приведены ниже.";

    public override string LastCause => "Последняя попытка закончилась так:";

    public override string OurRecord => "Что записал наш сервер:";

    public override string TechnicalPartFollows => "Остальное в этом сообщении предназначено для почтовых программ и администраторов.";

    public override string CannotReturn => "Само письмо не удалось прочитать, когда составлялось это сообщение.";

    public override string Subject(NoticeKind kind, string first, int others)
    {
        string to = others == 0 ? first : $"{first} и ещё {others}";
        return kind switch
        {
            NoticeKind.Failed => $"Не доставлено: ваше письмо для {to}",
            NoticeKind.Delayed => $"Пока не доставлено: ваше письмо для {to}",
            _ => $"Доставлено: ваше письмо для {to}",
        };
    }

    public override string Opening(NoticeKind kind, int recipients) => kind switch
    {
        NoticeKind.Failed => recipients == 1 ? "Ваше письмо не удалось доставить по этому адресу:" : "Ваше письмо не удалось доставить по этим адресам:",
        NoticeKind.Delayed => recipients == 1 ? "Ваше письмо пока не доставлено по этому адресу:" : "Ваше письмо пока не доставлено по этим адресам:",
        _ => recipients == 1 ? "Ваше письмо доставлено по этому адресу; вы просили об этом сообщить:" : "Ваше письмо доставлено по этим адресам; вы просили об этом сообщить:",
    };

    public override string PassedOn(string accepted, string final) => $"{accepted} (переслано на {final})";

    public override string WhichMessage(string date, string? subject) =>
        subject is null ? $"Оно принято {date}." : $"Оно принято {date}, его тема: «{subject}».";

    public override string ForwardCause => "Причина отказа того сервера:";

    public override string Withheld => "[скрыто]";

    public override string WhoCanAct(Actors actors, string domain)
    {
        var who = new List<string>(5);
        if (actors.HasFlag(Actors.Sender))
            who.Add("вы");
        if (actors.HasFlag(Actors.SenderAdmin))
            who.Add("администратор вашего почтового сервера");
        if (actors.HasFlag(Actors.AddressOwner))
            who.Add("провайдер, у которого взят адрес вашего почтового сервера");
        if (actors.HasFlag(Actors.Recipient))
            who.Add("адресат");
        if (actors.HasFlag(Actors.RecipientAdmin))
            who.Add($"администратор почты {domain}");
        return who.Count == 0 ? "Делать никому ничего не нужно." : $"Кто может это изменить: {string.Join(" или ", who)}.";
    }

    public override string WhatToDo(Actors party, string domain) => party switch
    {
        Actors.Sender => "Что можете сделать вы:",
        Actors.SenderAdmin => "Что может сделать администратор вашего почтового сервера:",
        Actors.AddressOwner => "Что может сделать провайдер адреса вашего почтового сервера:",
        Actors.Recipient => "Что может сделать адресат:",
        _ => $"Что может сделать администратор почты {domain}:",
    };

    public override string SendAgain(Retry retry) => retry switch
    {
        Retry.No => "Отправлять то же письмо снова бесполезно.",
        Retry.Automatic or Retry.Later => "Адрес может быть верным: отправьте письмо ещё раз позже, это может получиться.",
        Retry.AfterChange => "Отправлять письмо снова есть смысл только после того, как причина будет устранена.",
        _ => "Может получиться по частям: письмо поменьше или меньше адресатов за раз.",
    };

    public override string KeepsTrying(string until) => $"Вам ничего делать не нужно: наш сервер продолжает попытки до {until}. Он напишет снова, только если и это не поможет.";

    public override string RemoteSaid(string host, string stage) => $"Собственные слова другого сервера ({host}, в ответ на {stage}):";

    public override string Relayed(string host) => $"Оно передано серверу {host}. Тот сервер таких сообщений не присылает, поэтому это последнее.";

    public override string Contact(string contact, string id) => $"Есть вопросы? Спросите {contact} и назовите номер письма {id}.";
}
