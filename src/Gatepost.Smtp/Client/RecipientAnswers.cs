using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>Which recipients of one transaction have been accepted or answered so far.</summary>
internal sealed class RecipientAnswers(int count)
{
    private enum State : byte
    {
        Open,
        Accepted,
        Answered,
    }

    private readonly RecipientAnswer[] answers = new RecipientAnswer[count];
    private readonly State[] states = new State[count];

    /// <summary>Recipients that RCPT was answered for with 2xx.</summary>
    public int Accepted { get; private set; }

    /// <summary>Whether any recipient has a final answer.</summary>
    public bool AnsweredAny { get; private set; }

    public RecipientAnswer[] All => answers;

    public bool IsAccepted(int index) => states[index] == State.Accepted;

    public void Accept(int index)
    {
        states[index] = State.Accepted;
        Accepted++;
    }

    public void Answer(int index, Reply reply, Stage stage)
    {
        answers[index] = new RecipientAnswer(reply, stage);
        states[index] = State.Answered;
        AnsweredAny = true;
    }

    /// <summary>Sets the reply for all accepted recipients.</summary>
    public void AnswerAccepted(Reply reply, Stage stage)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] == State.Accepted)
                Answer(i, reply, stage);
        }
    }

    /// <summary>Sets the reply for all recipients without a final answer: the transaction is over for them.</summary>
    public void AnswerOpen(Reply reply, Stage stage)
    {
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] != State.Answered)
                Answer(i, reply, stage);
        }
    }
}
