using Mono.Cecil;

namespace Gatepost.Tests.Architecture;

/// <summary>
/// Who uses whom in the built assemblies of src/: read from the compiled code, so that a reference without a use counts for nothing.
/// </summary>
/// <remarks>
/// What the compiler makes (closures, state machines) belongs to the type it was made for. Constants and enum values leave no
/// trace in compiled code, so a use of nothing but a constant is not seen.
/// </remarks>
internal sealed class UseGraph
{
    /// <summary>Members the compiler writes for every record: what only they touch is not used by anybody.</summary>
    private static readonly HashSet<string> RecordMembers =
        ["PrintMembers", "ToString", "Equals", "GetHashCode", "Deconstruct", "<Clone>$", "get_EqualityContract", "op_Equality",
            "op_Inequality"];

    private static readonly Lazy<UseGraph> Shared = new(() => new UseGraph(AppContext.BaseDirectory));

    private readonly Dictionary<TypeDefinition, HashSet<TypeDefinition>> uses = [];
    private readonly HashSet<IMemberDefinition> usedMembers = [];

    private UseGraph(string folder)
    {
        var resolver = new FolderResolver(folder);
        var parameters = new ReaderParameters { AssemblyResolver = resolver };
        Assemblies =
        [
            .. Directory.EnumerateFiles(folder, "*.dll")
                .Where(path => Path.GetFileNameWithoutExtension(path) is { } name && IsOurs(name))
                .Select(path => resolver.Add(AssemblyDefinition.ReadAssembly(path, parameters))),
        ];
        foreach (var type in Assemblies.SelectMany(assembly => assembly.MainModule.GetTypes()))
            Read(type);
    }

    public static UseGraph OfTheBuild => Shared.Value;

    public IReadOnlyList<AssemblyDefinition> Assemblies { get; }

    /// <summary>Types as written in the sources, with all they use in any of our rooms.</summary>
    public IEnumerable<(TypeDefinition From, TypeDefinition To)> Uses =>
        from entry in uses
        from used in entry.Value
        select (entry.Key, used);

    public bool IsUsed(IMemberDefinition member) => usedMembers.Contains(member);

    /// <summary>The outermost type as written: a nested one and what the compiler made belong to it.</summary>
    public static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool IsOurs(string assembly) =>
        assembly == "gatepost" || (
            assembly.StartsWith("Gatepost.", StringComparison.Ordinal) && assembly is not ("Gatepost.Tests" or "Gatepost.EndToEnd"));

    private void Read(TypeDefinition type)
    {
        var outer = Outermost(type);
        if (!uses.TryGetValue(outer, out var used))
            uses.Add(outer, used = []);

        Add(used, type.BaseType);
        foreach (var implemented in type.Interfaces)
            Add(used, implemented.InterfaceType);
        AddAttributes(used, type);
        foreach (var parameter in type.GenericParameters.SelectMany(parameter => parameter.Constraints))
            Add(used, parameter.ConstraintType);
        foreach (var field in type.Fields)
            Add(used, field.FieldType);
        foreach (var method in type.Methods)
            Read(used, method);
        used.Remove(outer);
    }

    private void Read(HashSet<TypeDefinition> used, MethodDefinition method)
    {
        Add(used, method.ReturnType);
        foreach (var parameter in method.Parameters)
            Add(used, parameter.ParameterType);
        AddAttributes(used, method);
        if (!method.HasBody)
            return;

        bool writtenByTheCompiler = RecordMembers.Contains(method.Name)
            && method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute");
        foreach (var variable in method.Body.Variables)
            Add(used, variable.VariableType);
        foreach (var caught in method.Body.ExceptionHandlers.Where(handler => handler.CatchType is not null))
            Add(used, caught.CatchType);
        foreach (var operand in method.Body.Instructions.Select(instruction => instruction.Operand))
        {
            switch (operand)
            {
                case TypeReference type:
                    Add(used, type);
                    break;
                case MethodReference called:
                    Add(used, called.DeclaringType);
                    foreach (var argument in (called as GenericInstanceMethod)?.GenericArguments ?? [])
                        Add(used, argument);
                    if (!writtenByTheCompiler && IsInOurs(called.DeclaringType) && called.Resolve() is { } target && target != method)
                        Use(target);
                    break;
                case FieldReference field:
                    Add(used, field.DeclaringType);
                    if (!writtenByTheCompiler && IsInOurs(field.DeclaringType) && field.Resolve() is { } found)
                        usedMembers.Add(found);
                    break;
            }
        }
    }

    /// <summary>Who takes a record apart reads the properties it is taken apart into.</summary>
    private void Use(MethodDefinition target)
    {
        usedMembers.Add(target);
        if (target.Name != "Deconstruct")
            return;
        foreach (var part in target.DeclaringType.Properties.Where(
            property => target.Parameters.Any(parameter => parameter.Name == property.Name)))
            usedMembers.Add(part.GetMethod);
    }

    private void AddAttributes(HashSet<TypeDefinition> used, ICustomAttributeProvider provider)
    {
        foreach (var attribute in provider.CustomAttributes)
        {
            Add(used, attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments)
                Add(used, argument.Value as TypeReference);
        }
    }

    private void Add(HashSet<TypeDefinition> used, TypeReference? reference)
    {
        switch (reference)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                    Add(used, argument);
                Add(used, generic.ElementType);
                return;
            case TypeSpecification built:
                Add(used, built.ElementType);
                return;
        }

        if (IsInOurs(reference) && reference.Resolve() is { } definition)
            used.Add(Outermost(definition));
    }

    private static bool IsInOurs(TypeReference type) => type.GetElementType() switch
    {
        { Scope: AssemblyNameReference assembly } => IsOurs(assembly.Name),
        { Scope: ModuleDefinition module } => IsOurs(module.Assembly.Name.Name),
        _ => false,
    };

    /// <summary>
    /// Finds an assembly that was read already instead of reading it a second time: a member must be one object wherever it is named.
    /// </summary>
    private sealed class FolderResolver : DefaultAssemblyResolver
    {
        public FolderResolver(string folder) => AddSearchDirectory(folder);

        public AssemblyDefinition Add(AssemblyDefinition assembly)
        {
            RegisterAssembly(assembly);
            return assembly;
        }
    }
}
