using Gatepost.Replies;

namespace Gatepost.Policy.Scanners;

/// <summary>A filter broke its protocol, ended it or did not answer: nothing was learnt from it.</summary>
internal class FilterException(Finding why) : IOException(why.ToString())
{
    public Finding Why { get; } = why;
}
