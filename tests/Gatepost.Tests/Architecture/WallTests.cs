using Mono.Cecil;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>
/// Folders are walls, not drawers: inside a room they know each other in one direction only, and nothing stands in them that no one uses.
/// </summary>
public sealed class WallTests
{
    [Fact]
    public void Folders_of_a_room_form_no_circle()
    {
        var circles =
            from assembly in UseGraph.OfTheBuild.Assemblies
            let arrows = Arrows(assembly)
            from circle in Circles(arrows)
            select $"{assembly.Name.Name}: {string.Join(" <-> ", circle.Order())}\n    {string.Join("\n    ", Examples(assembly, circle))}";

        Finding.None(circles);
    }

    [Fact]
    public void A_project_reference_is_used_by_the_code()
    {
        var unused =
            from project in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            let assembly = UseGraph.OfTheBuild.Assemblies.SingleOrDefault(
                assembly => assembly.Name.Name == Path.GetFileNameWithoutExtension(project))
            where assembly is not null
            let used = assembly.MainModule.AssemblyReferences.Select(reference => reference.Name).ToHashSet()
            from reference in System.Xml.Linq.XDocument.Load(project).Descendants("ProjectReference")
            where (string?)reference.Attribute("OutputItemType") is null && (string?)reference.Attribute("ReferenceOutputAssembly") is null
            let name = Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))
            where !used.Contains(name)
            select $"{assembly.Name.Name} refers to {name} and uses nothing of it";

        Finding.None(unused);
    }

    [Fact]
    public void No_member_is_without_a_use()
    {
        var graph = UseGraph.OfTheBuild;
        var dead =
            from assembly in graph.Assemblies
            from type in assembly.MainModule.GetTypes()
            where IsWritten(type)
            from member in Dead(graph, type)
            orderby member
            select member;

        Finding.None(dead);
    }

    /// <summary>A member may be used by its own type alone; then the type itself is what no one uses.</summary>
    [Fact]
    public void No_type_is_without_a_use()
    {
        var graph = UseGraph.OfTheBuild;
        var used = graph.Uses.Select(use => use.To).ToHashSet();
        var dead =
            from assembly in graph.Assemblies
            from type in assembly.MainModule.Types
            where IsWritten(type) && !type.IsEnum && type != assembly.EntryPoint?.DeclaringType && !used.Contains(type)
                && !(type.HasFields && type.Fields.All(field => field.HasConstant))
            select $"{type.FullName} is used by no other type";

        Finding.None(dead);
    }

    private static IEnumerable<string> Dead(UseGraph graph, TypeDefinition type)
    {
        foreach (var property in type.Properties)
        {
            if (property.GetMethod is { } get && !graph.IsUsed(get) && IsOwn(get) && IsOwn(property))
                yield return $"{type.FullName}.{property.Name} is never read";
        }

        foreach (var method in type.Methods)
        {
            bool special = method.IsConstructor || method.IsGetter || method.IsSetter || method.IsAddOn || method.IsRemoveOn
                || method.Name.StartsWith("op_", StringComparison.Ordinal);
            if (!special && !graph.IsUsed(method) && IsOwn(method) && method != type.Module.EntryPoint)
                yield return $"{type.FullName}.{method.Name} is never called";
        }

        foreach (var field in type.Fields)
        {
            if (!Has(type, "InlineArrayAttribute") && !field.HasConstant && !field.IsSpecialName && !field.Name.StartsWith('<')
                && !graph.IsUsed(field) && !type.IsEnum)
                yield return $"{type.FullName}.{field.Name} is never touched";
        }
    }

    private static bool IsWritten(TypeDefinition type) =>
        !type.Name.Contains('<', StringComparison.Ordinal)
        && !(type.DeclaringType is { } outer && !IsWritten(outer))
        && !Has(type, "CompilerGeneratedAttribute")
        && !Has(type, "GeneratedCodeAttribute")
        && type.Name != "_Imports" // What the Razor compiler makes of the file with the usings.
        && type.BaseType?.FullName is not (
            "System.MulticastDelegate" or "System.Text.Json.Serialization.JsonSerializerContext" or "System.Attribute")
        && type.Namespace.Length + (type.DeclaringType is null ? 0 : 1) > 0
        && Outer(type).Namespace.StartsWith("Gatepost", StringComparison.Ordinal);

    private static TypeDefinition Outer(TypeDefinition type) => UseGraph.Outermost(type);

    /// <summary>Neither demanded by an interface or a base class nor written by the compiler or a generator.</summary>
    private static bool IsOwn(MethodDefinition method) =>
        !(method.IsVirtual && (!method.IsNewSlot || method.IsFinal || Implements(method)))
        && method.Overrides.Count == 0
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && !(Has(method, "CompilerGeneratedAttribute") && !method.IsGetter)
        && !Has(method, "GeneratedCodeAttribute")
        && method.Name is not ("Deconstruct" or "PrintMembers");

    private static bool IsOwn(PropertyDefinition property) =>
        property.Name != "EqualityContract" && !Has(property, "GeneratedCodeAttribute");

    private static bool Implements(MethodDefinition method) =>
        method.DeclaringType.Interfaces.Any(entry =>
            entry.InterfaceType.Resolve()?.Methods.Any(other => other.Name == method.Name) ?? true);

    private static bool Has(ICustomAttributeProvider provider, string attribute) =>
        provider.CustomAttributes.Any(found => found.AttributeType.Name == attribute);

    private static ILookup<string, string> Arrows(AssemblyDefinition assembly) => (
        from use in Within(assembly)
        select (From: use.From.Namespace, To: use.To.Namespace)).Distinct().ToLookup(arrow => arrow.From, arrow => arrow.To);

    private static IEnumerable<(TypeDefinition From, TypeDefinition To)> Within(AssemblyDefinition assembly) =>
        from use in UseGraph.OfTheBuild.Uses
        where use.From.Module.Assembly == assembly && use.To.Module.Assembly == assembly && use.From.Namespace != use.To.Namespace
        where use.From.Namespace.StartsWith("Gatepost", StringComparison.Ordinal)
            && use.To.Namespace.StartsWith("Gatepost", StringComparison.Ordinal)
        select use;

    private static IEnumerable<string> Examples(AssemblyDefinition assembly, HashSet<string> circle) =>
        from use in Within(assembly)
        where circle.Contains(use.From.Namespace) && circle.Contains(use.To.Namespace)
        group use by (use.From.Namespace, use.To.Namespace) into arrow
        orderby arrow.Key
        select $"{arrow.Key.Item1} -> {arrow.Key.Item2}: "
            + $"{string.Join(", ", arrow.Select(use => $"{use.From.Name} uses {use.To.Name}").Take(6))}{(arrow.Count() > 6 ? $" and {arrow.Count() - 6} more" : "")}";

    /// <summary>Sets of folders that reach each other.</summary>
    private static IEnumerable<HashSet<string>> Circles(ILookup<string, string> arrows)
    {
        var reach = arrows.Select(arrow => arrow.Key).ToDictionary(node => node, node => Reach(arrows, node));
        var seen = new HashSet<string>();
        foreach (string node in reach.Keys.Order())
        {
            var circle = reach[node].Where(other => reach.TryGetValue(other, out var back) && back.Contains(node)).ToHashSet();
            if (circle.Count > 1 && seen.Add(string.Join('|', circle.Order())))
                yield return circle;
        }
    }

    private static HashSet<string> Reach(ILookup<string, string> arrows, string from)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>(arrows[from]);
        while (next.TryPop(out string? node))
        {
            if (reached.Add(node))
            {
                foreach (string further in arrows[node])
                    next.Push(further);
            }
        }

        return reached;
    }
}
