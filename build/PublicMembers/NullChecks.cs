using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GraphGrad.Build;

/// <summary>
/// Puts <c>if (x is null) throw NullArgument.Error("x")</c> at the beginning of public methods, for each parameter of a reference type that its declaration does not allow to be null: what a
/// thousand functions would have to say in their first lines, said once. Lists of such references are checked element by element.
/// </summary>
internal sealed class NullChecks(ModuleDefinition module, TypeDefinition helper)
{
    // What the compiler writes for a type that null is no value of, in NullableAttribute and NullableContextAttribute.
    private const byte NotNull = 1;

    private readonly MethodReference error = module.ImportReference(helper.Methods.Single(m => m is { Name: "Error", IsPublic: true }));
    private readonly Dictionary<string, MethodReference> ofElements = helper.Methods.Where(m => m.Name == "RefuseElements")
        .ToDictionary(m => Kind(m.Parameters[0].ParameterType), m => module.ImportReference(m));

    /// <summary>Whether users see the type, and it is not the one that checks.</summary>
    public static bool IsChecked(TypeDefinition type) => type.IsNested ? type.IsNestedPublic && IsChecked(type.DeclaringType) : type.IsPublic && type.Name != "NullArgument";

    public void AddTo(MethodDefinition method)
    {
        var first = method.Body.Instructions[0];
        var il = method.Body.GetILProcessor();
        foreach (var parameter in method.Parameters)
        {
            var flags = Flags(parameter, method);
            if (IsReference(parameter.ParameterType) && Flag(flags, 0) == NotNull)
            {
                var next = il.Create(OpCodes.Nop);
                Add(il.Create(OpCodes.Ldarg, parameter), il.Create(OpCodes.Brtrue, next), il.Create(OpCodes.Ldstr, parameter.Name), il.Create(OpCodes.Call, error), il.Create(OpCodes.Throw), next);
            }
            if (Element(parameter.ParameterType) is { } element && IsReference(element) && Flag(flags, 1) == NotNull)
            {
                var check = new GenericInstanceMethod(ofElements[Kind(parameter.ParameterType)]);
                check.GenericArguments.Add(element);
                Add(il.Create(OpCodes.Ldarg, parameter), il.Create(OpCodes.Ldstr, parameter.Name), il.Create(OpCodes.Call, check));
            }
        }
        BeginAtFirstInstruction(method, first);

        void Add(params ReadOnlySpan<Instruction> instructions)
        {
            foreach (var instruction in instructions) il.InsertBefore(first, instruction);
        }
    }

    /// <summary>Lets the line of the method's first statement begin with the checks, so that stack traces give it.</summary>
    private static void BeginAtFirstInstruction(MethodDefinition method, Instruction first)
    {
        var added = method.Body.Instructions[0];
        if (added == first || method.DebugInformation.GetSequencePoint(first) is not { } point) return;
        var points = method.DebugInformation.SequencePoints;
        points[points.IndexOf(point)] = new SequencePoint(added, point.Document)
        {
            StartLine = point.StartLine, StartColumn = point.StartColumn, EndLine = point.EndLine, EndColumn = point.EndColumn,
        };
    }

    private static bool IsReference(TypeReference type) => type is { IsValueType: false, IsByReference: false, IsPointer: false, IsGenericParameter: false };

    private static TypeReference? Element(TypeReference type) => type switch
    {
        ArrayType { IsVector: true } array => array.ElementType,
        GenericInstanceType { GenericArguments: [var argument] } when Kind(type) is "IReadOnlyList`1" or "ReadOnlySpan`1" => argument,
        _ => null,
    };

    private static string Kind(TypeReference type) => type is ArrayType ? "array" : type.Name;

    /// <summary>The flags of the parameter's type and then of what it is made of; one flag stands for all.</summary>
    private static byte[] Flags(ParameterDefinition parameter, MethodDefinition method)
    {
        if (Attribute(parameter, "NullableAttribute") is { } attribute)
            return attribute.Value is byte one ? [one] : [.. ((CustomAttributeArgument[])attribute.Value).Select(a => (byte)a.Value)];
        for (IMemberDefinition? member = method; member is not null; member = member.DeclaringType)
        {
            if (Attribute(member, "NullableContextAttribute") is { } context) return [(byte)context.Value];
        }
        return [0];
    }

    private static byte Flag(byte[] flags, int place) => flags.Length == 1 ? flags[0] : flags[place];

    private static CustomAttributeArgument? Attribute(ICustomAttributeProvider provider, string name) =>
        provider.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name == name)?.ConstructorArguments[0];
}
