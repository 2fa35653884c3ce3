using System.Buffers.Binary;
using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>What filter and server agreed on at the beginning of a conversation.</summary>
/// <param name="Steps">What it does not want, or does not answer.</param>
internal readonly record struct MilterNegotiation(MilterSteps Steps)
{
    public const uint Version = 6;

    /// <summary>Older filters know neither DATA nor steps without an answer; they get fewer steps and must answer each.</summary>
    private const uint Oldest = 2;

    /// <summary>Version, actions, steps: four octets each, ours as well as theirs.</summary>
    public const int Length = 12;

    public bool Wants(MilterSteps no) => (Steps & no) == 0;

    /// <summary>Our offer.</summary>
    /// <param name="offer">Of <see cref="Length"/>.</param>
    /// <param name="actions">What the filter may think it can do.</param>
    public static void WriteOffer(Span<byte> offer, MilterActions actions)
    {
        BinaryPrimitives.WriteUInt32BigEndian(offer, Version);
        BinaryPrimitives.WriteUInt32BigEndian(offer[4..], (uint)actions);
        BinaryPrimitives.WriteUInt32BigEndian(offer[8..], (uint)MilterSteps.Offered);
    }

    /// <summary>
    /// Reads the filter's answer. The actions it names are not kept: what it asks for beyond those we offered is recorded, not done.
    /// </summary>
    /// <exception cref="FilterException">It is no answer to our offer.</exception>
    public static MilterNegotiation Read(byte answer, ReadOnlySpan<byte> data)
    {
        if (answer != MilterCommand.Negotiate || data.Length < Length)
            throw new FilterException(OurEvidence.MilterNoAgreement.Say(MilterText.Letter(answer), data.Length));
        uint version = BinaryPrimitives.ReadUInt32BigEndian(data);
        if (version is < Oldest or > Version)
            throw new FilterException(OurEvidence.MilterVersion.Say((int)version, (int)Oldest, (int)Version));
        var steps = (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        if ((steps & ~MilterSteps.Offered) != 0)
            throw new FilterException(OurEvidence.MilterStepsNotOffered.Say($"{(uint)(steps & ~MilterSteps.Offered):x}"));
        if (version < 4)
            steps |= MilterSteps.NoData;
        return new MilterNegotiation(steps);
    }
}
