using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The state of one transaction: who was answered what.</summary>
internal sealed class OutgoingTransaction(OutgoingMail mail)
{
    private enum State : byte
    {
        Open,
        Accepted,
        Answered,
    }

    private readonly RecipientAnswer[] answers = new RecipientAnswer[mail.Recipients.Count];
    private readonly State[] states = new State[mail.Recipients.Count];
    private readonly string[] rcpts = new string[mail.Recipients.Count];

    public OutgoingMail Mail { get; } = mail;

    public string Sender { get; } = mail.Sender?.ToString() ?? "";

    public bool EightBit { get; set; }

    public bool Utf8 { get; set; }

    public int Accepted { get; private set; }

    /// <summary>The peer takes no more recipients in this transaction.</summary>
    public bool Full { get; set; }

    public bool HeardAny { get; private set; }

    /// <summary>Whether the fate of anybody is known.</summary>
    public bool AnsweredAny { get; private set; }

    public Reply Heard(Reply reply)
    {
        HeardAny = true;
        return reply;
    }

    public string Command(int index, string command) => rcpts[index] = command;

    public string CommandOf(int index) => rcpts[index];

    public bool IsAccepted(int index) => states[index] == State.Accepted;

    public void Accept(int index)
    {
        states[index] = State.Accepted;
        Accepted++;
    }

    public void Answer(int index, Reply reply, string stage)
    {
        answers[index] = new RecipientAnswer(reply, stage);
        states[index] = State.Answered;
        AnsweredAny = true;
    }

    /// <summary>The word on all whose fate hung on the data.</summary>
    public void AnswerAccepted(Reply reply, string stage)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] == State.Accepted)
                Answer(i, reply, stage);
        }
    }

    /// <summary>The word on all that have none yet: the transaction is over for them.</summary>
    public void AnswerOpen(Reply reply, string stage)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] != State.Answered)
                Answer(i, reply, stage);
        }
    }

    public void AnswerAll(Reply reply, string stage) => AnswerOpen(reply, stage);

    public TransactionResult Result(bool carriedDsn) => new(answers, carriedDsn);
}
