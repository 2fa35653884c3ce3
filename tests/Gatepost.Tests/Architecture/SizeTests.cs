using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>
/// What one has to hold in the head at once is small: measured by type and method, not by file, so that partial files hide nothing.
/// </summary>
public sealed class SizeTests
{
    private const int LongestType = 400;
    private const int LongestTypeOfNinetyNineInAHundred = 300;
    private const int LongestMethod = 60;

    [Fact]
    public void A_type_with_all_its_parts_is_at_most_400_lines()
    {
        var large =
            from type in Types()
            where type.Lines > LongestType
            orderby type.Lines descending
            select $"{type.Name}: {type.Lines} lines in {type.Parts} parts";

        Finding.None(large);
    }

    [Fact]
    public void Ninety_nine_types_of_a_hundred_are_at_most_300_lines()
    {
        var sizes = Types().OrderByDescending(type => type.Lines).ToList();
        var beyond = sizes.Where(type => type.Lines > LongestTypeOfNinetyNineInAHundred).ToList();

        Assert.True(beyond.Count <= sizes.Count / 100, string.Join('\n', beyond.Select(type => $"{type.Name}: {type.Lines}")));
    }

    [Fact]
    public void A_method_is_at_most_60_lines()
    {
        var large =
            from file in SourceTree.Product
            from method in Root(file).DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
            let lines = Lines(method)
            where lines > LongestMethod
            select $"{file.Path}: {(method as MethodDeclarationSyntax)?.Identifier.Text ?? method.Kind().ToString()} {lines} lines";

        Finding.None(large);
    }

    private static IEnumerable<(string Name, int Lines, int Parts)> Types() =>
        from file in SourceTree.Product
        from type in Root(file).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where !type.Ancestors().OfType<BaseTypeDeclarationSyntax>().Any()
        group (
            type, file.Project) by $"{file.Project}: {NamespaceOf(type)}.{type.Identifier.Text}{((type as TypeDeclarationSyntax)?.TypeParameterList is { } parameters ? $"<{parameters.Parameters.Count}>" : "")}" into parts
        where !parts.All(part => IsData(part.type))
        select (parts.Key, parts.Sum(part => Lines(part.type)), parts.Count());

    /// <summary>A table: nothing but values. It is read like a list, however long.</summary>
    private static bool IsData(BaseTypeDeclarationSyntax type) => type is EnumDeclarationSyntax
        || (type.Modifiers.Any(SyntaxKind.StaticKeyword)
            && ((TypeDeclarationSyntax)type).Members.All(member => member is FieldDeclarationSyntax
                || member is PropertyDeclarationSyntax
                || (member is BaseTypeDeclarationSyntax nested && IsData(nested))
                || (member is MethodDeclarationSyntax { ExpressionBody: not null } method && Lines(method) <= 4)));

    private static string NamespaceOf(BaseTypeDeclarationSyntax type) =>
        type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString() ?? "";

    /// <summary>From the first modifier to the closing brace; the documentation above is not counted.</summary>
    private static int Lines(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static SyntaxNode Root(SourceFile file) => Parsed.GetOrAdd(file.Path, _ => CSharpSyntaxTree.ParseText(file.Text).GetRoot());

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, SyntaxNode> Parsed = [];
}
