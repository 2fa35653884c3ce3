using Gatepost.MailAuth.Dkim;

namespace Gatepost.Signing;

/// <summary>What a key is used for now.</summary>
internal enum KeyState
{
    /// <summary>Its record has not been seen in DNS; it signs nothing.</summary>
    Waiting,

    /// <summary>It signs.</summary>
    Active,

    /// <summary>Another took its place. Its record must stay, because mail signed with it is on its way.</summary>
    Retiring,
}

/// <summary>A key of a hosted domain as it is stored.</summary>
/// <param name="Key">With domain, selector and the record to publish.</param>
/// <param name="State">What it is used for.</param>
/// <param name="Since">From when on.</param>
internal sealed record StoredKey(SigningKey Key, KeyState State, DateTimeOffset Since);
