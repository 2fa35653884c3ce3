using System.Buffers.Binary;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>
/// What a filter wants done to a message it lets pass. Fields are taken, bounded in number and size; everything else is reported and not
/// done.
/// </summary>
internal sealed class MilterChanges
{
    private const int MaxFields = 100;
    private const int MaxOctets = 128 * 1024;
    private const int MaxName = 76;
    private const int MaxLine = 998;
    private const int MaxRefused = 20;

    private readonly List<string> fields = [];
    private readonly List<Finding> refused = [];
    private int octets;

    /// <summary>Complete fields with CRLF, in the order they are to be written.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>What was wanted and not done, in words; the first of many.</summary>
    public IReadOnlyList<Finding> Refused => refused;

    /// <summary>Why the filter wants the message kept back; null if it does not.</summary>
    public string? Quarantine { get; private set; }

    /// <param name="leadingSpace">Whether values come with the blank behind the colon.</param>
    /// <returns>False if this is no modification at all.</returns>
    public bool Take(byte answer, ReadOnlySpan<byte> data, bool leadingSpace)
    {
        switch (answer)
        {
            case MilterAnswer.AddHeader:
                Add(data, leadingSpace, first: false);
                return true;
            case MilterAnswer.InsertHeader:
                if (data.Length < 4)
                    Refuse(OurEvidence.FieldWithoutPlace.Say());
                else
                    Add(data[4..], leadingSpace, first: BinaryPrimitives.ReadUInt32BigEndian(data) <= 1);
                return true;
            case MilterAnswer.Quarantine:
                Quarantine = MilterText.Read(data) is { Length: > 0 } why ? why : "no reason given";
                return true;
            case MilterAnswer.ChangeHeader:
                Refuse(OurEvidence.ChangeOfField.Say(MilterText.Read(data.Length < 4 ? default : data[4..])));
                return true;
            case MilterAnswer.AddRecipient or MilterAnswer.AddRecipientWithParameters:
                Refuse(OurEvidence.FurtherRecipient.Say(MilterText.Read(data)));
                return true;
            case MilterAnswer.DeleteRecipient:
                Refuse(OurEvidence.RemovalOfRecipient.Say(MilterText.Read(data)));
                return true;
            case MilterAnswer.ChangeSender:
                Refuse(OurEvidence.OtherSender.Say(MilterText.Read(data)));
                return true;
            case MilterAnswer.ReplaceBody:
                Refuse(OurEvidence.AnotherBody.Say());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Fields all go above the message. Those a filter inserts at the top come above those it adds at the end.</summary>
    private void Add(ReadOnlySpan<byte> data, bool leadingSpace, bool first)
    {
        int end = data.IndexOf((byte)0);
        var name = end < 0 ? data : data[..end];
        var value = end < 0 ? default : data[(end + 1)..];
        if (value.IndexOf((byte)0) is var over and >= 0)
            value = value[..over];
        if (name.IsEmpty || name.Length > MaxName || name.ContainsAnyExceptInRange((byte)'!', (byte)'~') || name.Contains((byte)':'))
        {
            Refuse(OurEvidence.FieldNameImpossible.Say());
            return;
        }

        string field = Compose(Encoding.ASCII.GetString(name), Encoding.UTF8.GetString(value), leadingSpace);
        if (fields.Count >= MaxFields || octets + field.Length > MaxOctets)
            Refuse(OurEvidence.FieldTooMany.Say(MilterText.Read(name)));
        else if (
            field.AsSpan().TrimEnd("\r\n").ToString().Split("\r\n").Any(line => line.Length > MaxLine || string.IsNullOrWhiteSpace(line)))
            Refuse(OurEvidence.FieldLineUnusable.Say(MilterText.Read(name)));
        else
        {
            octets += field.Length;
            fields.Insert(first ? 0 : fields.Count, field);
        }
    }

    /// <summary>
    /// Line ends become CRLF and every line behind the first begins with a blank, so that no value can begin a field of its own or end the
    /// header.
    /// </summary>
    private static string Compose(string name, string value, bool leadingSpace)
    {
        var field = new StringBuilder(name.Length + value.Length + 8).Append(name).Append(leadingSpace ? ":" : ": ");
        string[] lines = value.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                field.Append("\r\n").Append(lines[i].StartsWith(' ') || lines[i].StartsWith('\t') ? "" : " ");
            foreach (char letter in lines[i])
                field.Append(letter is >= ' ' and <= '~' or '\t' ? letter : '?');
        }

        return field.Append("\r\n").ToString();
    }

    private void Refuse(Finding what)
    {
        if (refused.Count < MaxRefused)
            refused.Add(what);
    }
}
