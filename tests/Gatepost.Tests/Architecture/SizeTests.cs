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
    private const int MostFields = 12;

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

    [Fact]
    public void A_class_has_at_most_12_fields()
    {
        var classes = (
            from file in SourceTree.Product
            from type in Root(file).DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type is ClassDeclarationSyntax or StructDeclarationSyntax
            let outer = string.Concat(type.Ancestors().OfType<TypeDeclarationSyntax>().Select(around => around.Identifier.Text + "."))
            group type by $"{file.Project}: {NamespaceOf(type)}.{outer}{type.Identifier.Text}" into parts
            let fields = Fields([.. parts])
            orderby fields.Count descending
            select (parts.Key, Fields: fields)).ToList();

        Assert.True(classes.Count > 400, $"only {classes.Count} classes were read");
        Finding.None(
            from entry in classes
            where entry.Fields.Count > MostFields
            select $"{entry.Key}: {entry.Fields.Count} fields: {string.Join(", ", entry.Fields)}");
    }

    /// <summary>
    /// The state of an instance: its fields, and parameters of the primary constructor that members use. Prepared SQL is no state.
    /// </summary>
    private static List<string> Fields(TypeDeclarationSyntax[] parts)
    {
        var written =
            from part in parts
            from field in part.Members.OfType<FieldDeclarationSyntax>()
            where !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword)
            where field.Declaration.Type.ToString() != "Statement"
            from variable in field.Declaration.Variables
            select variable.Identifier.Text;
        var captured =
            from part in parts
            from parameter in part.ParameterList?.Parameters ?? []
            where parts.SelectMany(each => each.Members).Any(member => Captures(member, parameter.Identifier.Text))
            select parameter.Identifier.Text;
        return [.. written, .. captured];
    }

    /// <summary>Initialisers of fields and properties run in the constructor and keep nothing.</summary>
    private static bool Captures(MemberDeclarationSyntax member, string parameter) => member switch
    {
        FieldDeclarationSyntax field => field.Declaration.Variables
            .Any(variable => variable.Initializer is { } value && value.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
                .Any(function => Names(function, parameter))),
        PropertyDeclarationSyntax property => Names(property, parameter) && (property.Initializer is null
            || property.Initializer.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
            .Any(function => Names(function, parameter))),
        BaseTypeDeclarationSyntax => false,
        _ => Names(member, parameter),
    };

    private static bool Names(SyntaxNode node, string parameter) => node.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Any(name => name.Identifier.Text == parameter
            && name.Parent is not (MemberAccessExpressionSyntax { Expression: not IdentifierNameSyntax } or NameColonSyntax)
            && !(name.Parent is MemberAccessExpressionSyntax access && access.Name == name));

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
