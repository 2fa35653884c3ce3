using System.Text;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Message;

/// <summary>Writes a field of tags that signs: first with an empty b=, to be hashed, then with the signature in it. Both differ in nothing
/// that the relaxed form keeps.</summary>
/// <param name="name">Of the field.</param>
/// <param name="tags">In their order; b= among them, with an empty value.</param>
/// <param name="foldValues">Whether b= and h= may be broken. Those of ARC are not: a seal covers the folding of the fields below it, so two
/// programs make the same seal only if neither folds inside a value.</param>
internal sealed class TagField(string name, IReadOnlyList<(string Name, string Value)> tags, bool foldValues)
{
    /// <summary>RFC 5322 §2.1.1 asks for 78 columns.</summary>
    private const int Columns = 76;

    /// <summary>The field with its line end.</summary>
    /// <param name="signature">The octets for b=; empty for what is hashed.</param>
    public HeaderField Write(ReadOnlySpan<byte> signature)
    {
        var text = new StringBuilder(name).Append(':');
        int column = text.Length;
        bool isNew = false;
        for (int i = 0; i < tags.Count; i++)
        {
            var (tag, value) = tags[i];
            string end = i < tags.Count - 1 ? ";" : "";
            // The tag b= has lines of its own, so that the folding of the others does not depend on its length.
            isNew |= tag == "b" || column + tag.Length + value.Length + 3 > Columns;
            text.Append(isNew && i > 0 ? "\r\n " : " ");
            column = isNew && i > 0 ? 1 : column + 1;
            int start = text.Length;
            text.Append(tag).Append('=');
            column = foldValues && tag == "b" ? Fold(text, Convert.ToBase64String(signature), column)
                : foldValues && tag == "h" ? Names(text, value, column)
                : column + text.Append(tag == "b" ? Convert.ToBase64String(signature) : value).Length - start;
            text.Append(end);
            column += end.Length;
            isNew = tag == "b";
        }

        byte[] raw = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
        return new HeaderField(raw, name.Length, name.Length);
    }

    private static int Fold(StringBuilder text, string value, int column)
    {
        column += 2;
        for (int at = 0; at < value.Length;)
        {
            int some = Math.Min(Columns - column, value.Length - at);
            text.Append(value, at, some);
            at += some;
            column += some;
            if (at < value.Length)
                (column, text) = (1, text.Append("\r\n "));
        }

        return column;
    }

    private static int Names(StringBuilder text, string value, int column)
    {
        column += 2;
        string[] names = value.Split(':');
        for (int i = 0; i < names.Length; i++)
        {
            string end = i < names.Length - 1 ? ":" : "";
            if (i > 0 && column + names[i].Length + 1 > Columns)
                (column, text) = (1, text.Append("\r\n "));
            text.Append(names[i]).Append(end);
            column += names[i].Length + end.Length;
        }

        return column;
    }
}
