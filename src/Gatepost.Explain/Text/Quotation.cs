namespace Gatepost.Explain.Text;

/// <summary>Words of the document that an answer was read from. They are in it exactly so, on one line.</summary>
/// <param name="Text">The words, decoded where the part was encoded.</param>
/// <param name="Offset">Octets from the start of the file to the first of the words; to the start of their line where the part is base64 or
/// quoted-printable.</param>
/// <param name="Part">Number of the MIME part (<c>2</c>, <c>1.1</c>), <c>header</c> for the header of the message itself, empty if a
/// document has no parts.</param>
public sealed record Quotation(string Text, int Offset, string Part);
