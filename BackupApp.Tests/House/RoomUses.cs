using BackupApp.Data;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace BackupApp.Tests.House;

/// <summary>
/// Which room uses which, by the types that the compiled program really refers to: in signatures, fields, attributes and method bodies.
/// </summary>
internal static class RoomUses
{
    private const string Program = "BackupApp";

    /// <summary>
    /// Each pair of rooms, with one line for each type that uses the other room:
    /// <c>Retention.RetentionWorker uses Policies.BackupPolicy</c>.
    /// </summary>
    public static IReadOnlyDictionary<(string From, string To), SortedSet<string>> Read()
    {
        using var module = ModuleDefinition.ReadModule(typeof(AppDbContext).Assembly.Location);
        var uses = new Dictionary<(string From, string To), SortedSet<string>>();
        foreach (var type in module.Types.SelectMany(WithNested))
        {
            foreach (var used in Used(type).SelectMany(Parts).Where(u => u.Scope == module))
                Note(uses, Outermost(type), Outermost(used));
        }

        return uses;
    }

    private static void Note(Dictionary<(string From, string To), SortedSet<string>> uses, TypeReference from, TypeReference to)
    {
        if (RoomOf(from) is not { } user || RoomOf(to) is not { } used || user == used)
            return;
        if (!uses.TryGetValue((user, used), out var lines))
            uses[(user, used)] = lines = new(StringComparer.Ordinal);
        lines.Add($"{Short(from)} uses {Short(to)}");
    }

    // Pages are compiled into a namespace of their own; what the compiler makes for itself is in none.
    private static string? RoomOf(TypeReference type) => type.Namespace switch
    {
        "AspNetCoreGeneratedDocument" => "Pages",
        var ns when ns.StartsWith($"{Program}.", StringComparison.Ordinal) => ns.Split('.')[1],
        _ => null,
    };

    private static string Short(TypeReference type) => type.FullName.Replace($"{Program}.", "", StringComparison.Ordinal);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification of => Parts(of.ElementType),
        GenericParameter => [],
        _ => [type],
    };

    private static IEnumerable<TypeReference> Used(TypeDefinition type)
    {
        if (type.BaseType is { } parent)
            yield return parent;
        foreach (var used in type.Interfaces.Select(i => i.InterfaceType).Concat(type.Fields.Select(f => f.FieldType)))
            yield return used;
        foreach (var attribute in type.CustomAttributes)
            yield return attribute.AttributeType;
        foreach (var used in type.Methods.SelectMany(Used))
            yield return used;
    }

    private static IEnumerable<TypeReference> Used(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (var parameter in method.Parameters)
            yield return parameter.ParameterType;
        if (!method.HasBody)
            yield break;
        foreach (var variable in method.Body.Variables)
            yield return variable.VariableType;
        foreach (var used in method.Body.Instructions.SelectMany(Used))
            yield return used;
    }

    private static IEnumerable<TypeReference> Used(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod generic => [.. generic.GenericArguments, generic.DeclaringType, generic.ReturnType],
        MethodReference called => [called.DeclaringType, called.ReturnType],
        _ => [],
    };
}
