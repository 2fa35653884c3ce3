namespace Gatepost.Policy.Scanners.Milter;

/// <summary>What a filter may do to a message (SMFIF_*).</summary>
[Flags]
internal enum MilterActions : uint
{
    None = 0,
    AddHeaders = 0x01,
    ChangeHeaders = 0x10,
    Quarantine = 0x20,

    /// <summary>
    /// What we really do: fields of ours go before a message, and a message can be kept back. Nothing in it is changed, nor its envelope.
    /// </summary>
    Honoured = AddHeaders | Quarantine,
}

/// <summary>Which steps a filter does not want, or does not answer (SMFIP_*).</summary>
[Flags]
internal enum MilterSteps : uint
{
    None = 0,
    NoConnect = 0x01,
    NoHello = 0x02,
    NoMail = 0x04,
    NoRcpt = 0x08,
    NoBody = 0x10,
    NoHeaders = 0x20,
    NoEndOfHeader = 0x40,
    SilentHeaders = 0x80,
    NoUnknown = 0x100,
    NoData = 0x200,
    Skip = 0x400,
    SilentConnect = 0x1000,
    SilentHello = 0x2000,
    SilentMail = 0x4000,
    SilentRcpt = 0x8000,
    SilentData = 0x1_0000,
    SilentUnknown = 0x2_0000,
    SilentEndOfHeader = 0x4_0000,
    SilentBody = 0x8_0000,

    /// <summary>Values of header fields come and go with the blank behind the colon, which signatures cover.</summary>
    LeadingSpace = 0x10_0000,

    Offered = NoConnect | NoHello | NoMail | NoRcpt | NoBody | NoHeaders | NoEndOfHeader | SilentHeaders | NoUnknown | NoData | Skip
        | SilentConnect | SilentHello | SilentMail | SilentRcpt | SilentData | SilentUnknown | SilentEndOfHeader | SilentBody
        | LeadingSpace,
}
