using Gatepost.Replies;

namespace Gatepost.Policy.Scanners;

/// <summary>A filter that broke its protocol or did not answer.</summary>
internal class FilterException(Finding why) : IOException(why.ToString())
{
    public Finding Why { get; } = why;
}
