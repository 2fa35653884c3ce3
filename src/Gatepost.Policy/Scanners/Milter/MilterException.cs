using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>The filter does not speak the protocol, or ended it: nothing was learnt from it.</summary>
internal class MilterException(Finding why) : FilterException(why);

/// <summary>The filter is gone.</summary>
internal sealed class MilterHungUpException() : MilterException(OurEvidence.MilterHungUp.Say());
