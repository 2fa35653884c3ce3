using System.CommandLine;
using Gatepost.MailAuth;
using Gatepost.Replies;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>A result of <c>gatepost check</c> for people: the verdict on a line, below it the steps that led there.</summary>
internal sealed class CheckPrinter(Terminal terminal, Texts texts)
{
    public CheckPrinter(ParseResult parsed)
        : this(Terminal.Standard, ReaderCatalogue.For(parsed).Texts)
    {
    }

    /// <param name="method">As in Authentication-Results: <c>dkim</c>.</param>
    /// <param name="properties">What it is about, in the same words; empty ones are left out.</param>
    public void Write(string method, AuthResult result, IEnumerable<(string Name, string? Value)> properties, IEnumerable<Finding> steps)
    {
        var known = properties.Where(property => property.Value is not null);
        string about = string.Concat(known.Select(property => $" {property.Name}={property.Value}"));
        terminal.WriteLine($"{method}={result.Word()}{about}", result == AuthResult.Pass ? Color.Green : Color.Yellow);
        foreach (var step in steps)
            terminal.WriteWrapped("  ", "- ", texts.Show(step));
    }
}
