namespace Gatepost.Policy.Scanners.Milter;

/// <summary>The filter does not speak the protocol, or ended it: nothing was learnt from it.</summary>
internal class MilterException(string message) : IOException(message);

/// <summary>The filter is gone.</summary>
internal sealed class MilterHungUpException() : MilterException("it hung up in the middle of the conversation");
