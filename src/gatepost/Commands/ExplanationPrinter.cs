using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>An explanation below the reply it belongs to: meaning first, then who can act and how, then the entry to look up.</summary>
internal static class ExplanationPrinter
{
    public static void Write(Terminal terminal, string indent, string? entry, Explanation explained, Language language)
    {
        bool russian = language == Language.Russian;
        if (explained.Meaning(language) is { Length: > 0 } meaning)
            terminal.WriteWrapped(indent, russian ? "Что это значит: " : "Meaning: ", meaning);
        foreach (var step in explained.Steps(language))
            terminal.WriteWrapped(indent, $"{Party(step.Who, russian)}: ", step.What);
        if (Again(explained.Retry, russian) is { } again && explained.Reason is not null)
            terminal.WriteWrapped(indent, russian ? "Повтор: " : "Again: ", again);
        terminal.WriteLine($"{indent}[{entry ?? explained.Entry.Id}{(explained.Reason is { } reason ? ", " + reason.Word : "")}]", Spectre.Console.Color.Grey);
    }

    public static string Party(Actors who, bool russian) => who switch
    {
        Actors.Sender => russian ? "Отправителю" : "Sender",
        Actors.SenderAdmin => russian ? "Администратору отправителя" : "Sender's admin",
        Actors.Recipient => russian ? "Получателю" : "Recipient",
        Actors.RecipientAdmin => russian ? "Администратору получателя" : "Recipient's admin",
        Actors.AddressOwner => russian ? "Владельцу IP-адреса" : "Owner of the IP address",
        _ => russian ? "Никому" : "Nobody",
    };

    private static string? Again(Retry retry, bool russian) => retry switch
    {
        Retry.Automatic => russian ? "сервер отправителя повторит попытку сам." : "the sending server tries again by itself.",
        Retry.Later => russian ? "отправить ещё раз позже." : "send it again later.",
        Retry.AfterChange => russian ? "отправить ещё раз после исправления." : "send it again once that is put right.",
        Retry.InParts => russian ? "отправить по частям." : "send it again in smaller parts.",
        Retry.No => russian ? "повтор того же письма не поможет." : "sending the same message again will not help.",
        _ => null,
    };
}
