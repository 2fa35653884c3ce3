namespace Gatepost.Policy.Scanners.Milter;

/// <summary>The filter does not speak the protocol, or ended it: nothing was learnt from it.</summary>
internal sealed class MilterException(string message) : IOException(message);
