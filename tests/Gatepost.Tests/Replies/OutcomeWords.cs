namespace Gatepost.Tests.Replies;

/// <summary>Words of advice that are true only while a queue still tries, or only once it is over.</summary>
internal static class OutcomeWords
{
    /// <summary>What is untrue once nothing tries again by itself.</summary>
    public static readonly string[] Waits =
    [
        "sending server tries again", "sending server asks again", "tries again by itself", "goes on trying", "still tries by itself",
            "Do nothing:", "Wait: the sending", "keeps trying",
        "отправляющий сервер попроб", "отправляющий сервер сам пробует", "отправляющий сервер пробует снова сам",
            "отправляющий сервер спросит снова", "Ничего не делайте: отправ", "продолжает попытки",
    ];

    /// <summary>What is untrue while a queue still tries.</summary>
    public static readonly string[] IsOver =
    [
        "has given up", "nothing tries again", "end the message again later", "end the message again in some hours",
            "end the message again tomorrow", "refused for good", "прекратил попытки", "больше не уйдёт", "тправьте письмо позже ещё раз",
        "тправьте письмо ещё раз через несколько часов", "тправьте письмо завтра ещё раз",
    ];
}
