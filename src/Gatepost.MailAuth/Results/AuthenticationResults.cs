using System.Buffers;
using System.Text;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Results;

/// <summary>A field <c>Authentication-Results</c> (RFC 8601): who says it, and what.</summary>
/// <param name="Server">The authserv-id.</param>
/// <param name="Statements">Empty for <c>none</c>.</param>
public sealed record AuthenticationResults(string Server, IReadOnlyList<AuthStatement> Statements)
{
    private static readonly SearchValues<char> Specials = SearchValues.Create(" ()<>@,;:\\\"/[]?=");

    /// <summary>Results that are read of one field.</summary>
    private const int MostStatements = 100;

    /// <summary>Reads the value of a field; null if it does not keep to the grammar of RFC 8601 §2.2.</summary>
    public static AuthenticationResults? Parse(ReadOnlySpan<byte> value)
    {
        var reader = new CfwsReader(value);
        if (reader.Value() is not { } server)
            return null;
        // A version may follow; only the first one exists.
        if (reader.Word() is { } version && version != "1")
            return null;

        var statements = new List<AuthStatement>();
        while (!reader.IsAtEnd)
        {
            if (!reader.Take(';'))
                return null;
            if (reader.IsAtEnd)
                break;
            if (statements.Count == MostStatements || Statement(ref reader) is not { } statement)
                return null;
            if (statement.Method.Length > 0)
                statements.Add(statement);
        }

        return new AuthenticationResults(server, statements);
    }

    /// <summary>Whether a field that came with a message speaks in our name, so that it must be removed before ours is added
    /// (RFC 8601 §5).</summary>
    /// <param name="field">Any field; those of other names are left alone.</param>
    /// <param name="servers">Our own authserv-ids.</param>
    /// <remarks>If the field cannot be read, the name anywhere in it is enough: other readers may be more tolerant.</remarks>
    public static bool IsForged(HeaderField field, IReadOnlyCollection<string> servers)
    {
        if (!field.Is("Authentication-Results"u8))
            return false;
        var reader = new CfwsReader(field.Value.Span);
        if (reader.Value() is { } server && !field.IsCut && Parse(field.Value.Span) is not null)
            return servers.Any(ours => IsSame(ours, server));
        string text = Encoding.UTF8.GetString(field.Value.Span);
        return servers.Any(ours => text.Contains(ours, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The whole field with its line end, a result on each line.</summary>
    public string ToField()
    {
        var field = new StringBuilder($"Authentication-Results: {Quoted(Server)};");
        if (Statements.Count == 0)
            field.Append(" none");
        for (int i = 0; i < Statements.Count; i++)
        {
            var statement = Statements[i];
            field.Append($"{(i > 0 ? ";" : "")}\r\n\t{statement.Method}={statement.Result}");
            if (statement.Comment is { } comment)
                field.Append($" ({Plain(comment).Replace('(', '[').Replace(')', ']').Replace('\\', '/')})");
            foreach (var property in statement.Properties)
                field.Append($"\r\n\t {property.Name}={Quoted(property.Value)}");
        }

        return field.Append("\r\n").ToString();
    }

    private static bool IsSame(string ours, string theirs) =>
        string.Equals(ours.TrimEnd('.'), theirs.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
        || (DnsName.Normalise(ours) is { } known && known == DnsName.Normalise(theirs));

    /// <summary>An empty statement for <c>none</c>, null for what is no statement.</summary>
    private static AuthStatement? Statement(ref CfwsReader reader)
    {
        if (reader.Word() is not { } method)
            return null;
        if (!reader.Take('='))
        {
            if (method.Equals("none", StringComparison.OrdinalIgnoreCase))
                return new AuthStatement("", "", []);
            if (!reader.Take('/') || reader.Word() is null || !reader.Take('='))
                return null;
        }

        if (reader.Word() is not { } result)
            return null;
        var properties = new List<AuthProperty>();
        while (reader.Word() is { } name)
        {
            if (!reader.Take('=') || PropertyValue(ref reader) is not { } value)
                return null;
            if (!name.Equals("reason", StringComparison.OrdinalIgnoreCase))
                properties.Add(new AuthProperty(name.ToLowerInvariant(), value));
        }

        return new AuthStatement(method.ToLowerInvariant(), result.ToLowerInvariant(), properties);
    }

    /// <summary>A value, or an address of which the local part may be missing.</summary>
    private static string? PropertyValue(ref CfwsReader reader)
    {
        string? value = reader.Value();
        if (!reader.Take('@'))
            return value;
        return reader.Value() is { } domain ? $"{value}@{domain}" : null;
    }

    /// <summary>A token or an address as it is, anything else in quotes.</summary>
    private static string Quoted(string text)
    {
        string plain = Plain(text);
        string bare = plain.Count('@') == 1 ? plain.Replace("@", "", StringComparison.Ordinal) : plain;
        return bare.Length > 0 && !bare.AsSpan().ContainsAny(Specials)
            ? plain
            : $"\"{plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>At most 200 characters, so that no line of the field is over-long (RFC 5322 §2.1.1).</summary>
    private static string Plain(string text) => SafeText.Of(text, 200);
}
