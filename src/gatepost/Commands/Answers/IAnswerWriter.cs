using Gatepost.Explain;

namespace Gatepost.Commands.Answers;

/// <summary>One of the forms in which answers are printed.</summary>
internal interface IAnswerWriter
{
    void Begin();

    void Write(DocumentReport document);

    void End();
}
