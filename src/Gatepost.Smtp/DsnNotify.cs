namespace Gatepost.Smtp;

/// <summary>
/// When the sender wants to be notified about a recipient (RFC 3461 §4.1). <see cref="Unspecified"/> means failure and delay.
/// </summary>
[Flags]
public enum DsnNotify
{
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}
