using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>The filter is gone.</summary>
internal sealed class MilterHungUpException() : FilterException(OurEvidence.MilterHungUp.Say());
