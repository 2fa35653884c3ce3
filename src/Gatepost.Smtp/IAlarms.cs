using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>Takes what wants an administrator's eye: raised once, however often it is met, until it is over.</summary>
public interface IAlarms
{
    /// <param name="key">Names the thing: <c>next-host:smtp:relay.example:587</c>.</param>
    /// <param name="text">What is wrong and what was done about it.</param>
    void Raise(string key, Finding text);

    /// <summary>Ends it; nothing happens if it is not on.</summary>
    void Clear(string key);
}
