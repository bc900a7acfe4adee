using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.Conventions;

/// <summary>Every public member refuses null, alone and in lists, where the parameter's type does not allow it, and names the parameter.</summary>
public sealed class NullArgumentTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static IEnumerable<MethodBase> Members =>
        from assembly in new[] { typeof(Graph), typeof(VectorWidths), typeof(Session), typeof(Losses) }.Select(t => t.Assembly)
        from type in assembly.GetExportedTypes()
        where !type.IsInterface && !type.IsSubclassOf(typeof(Delegate)) && type != typeof(NullArgument)
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).OfType<MethodBase>()
        where !member.IsAbstract && !(type.IsAbstract && member.IsConstructor)
        select member is MethodInfo { IsGenericMethodDefinition: true } open ? open.MakeGenericMethod([.. open.GetGenericArguments().Select(_ => typeof(float))]) : member;

    [Fact]
    public void Null_is_refused_by_name()
    {
        var (tried, faults) = (0, new List<string>());
        foreach (var member in Members)
        {
            foreach (var (parameter, wrong) in Wrongs(member))
            {
                tried++;
                var arguments = member.GetParameters().Select(p => p == parameter ? wrong : Any(p.ParameterType)).ToArray();
                var error = Record.Exception(() => Invoke(member, arguments));
                if (error is not ArgumentException refused || refused.ParamName != parameter.Name)
                    faults.Add($"{member.DeclaringType!.Name}.{member.Name}, {(wrong is null ? "null" : "a null in")} {parameter.Name}: {error?.GetType().Name ?? "nothing"} {error?.Message}");
            }
        }
        Expect.True(faults.Count == 0, $"{faults.Count} of {tried}:\n{string.Join("\n", faults)}");
        Expect.True(tried > 1500, $"only {tried} were tried");
    }

    [Fact]
    public void The_message_says_what_and_where()
    {
        var x = new Graph().Placeholder("x", [2]);
        Assert.StartsWith("XLogY: 'y' is null; give a value. Called at NullArgumentTests.cs:", Assert.Throws<ArgumentNullException>("y", () => Ops.XLogY(x, null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Einsum: 'operands[1]' is null; give a value. Called at NullArgumentTests.cs:", Assert.Throws<ArgumentNullException>("operands", () => Ops.Einsum("i,i", x, null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Placeholder: 'name' is null; give a value. Called at NullArgumentTests.cs:", Assert.Throws<ArgumentNullException>("name", () => x.Graph.Placeholder(null!, [])).Message, StringComparison.Ordinal);
    }

    /// <summary>The parameters that do not allow null, with what they must refuse: null, or a list with a null.</summary>
    private static IEnumerable<(ParameterInfo, object?)> Wrongs(MethodBase member)
    {
        foreach (var parameter in member.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type.IsByRef) continue;
            var info = Nullability.Create(parameter);
            if (!type.IsValueType && info.WriteState == NullabilityState.NotNull) yield return (parameter, null);
            var element = info.ElementType ?? (info.GenericTypeArguments is [var only] && !type.IsSubclassOf(typeof(Delegate)) ? only : null);
            if (element is { WriteState: NullabilityState.NotNull, Type.IsValueType: false }) yield return (parameter, Array.CreateInstance(element.Type, 2));
        }
    }

    /// <summary>Something that is not null: members refuse null before they look at anything.</summary>
    private static object? Any(Type type)
    {
        if (type.IsByRef) return null;
        if (IsSpan(type, out var of)) return Array.CreateInstance(of, 0);
        if (type.IsArray) return Array.CreateInstance(type.GetElementType()!, [.. new int[type.GetArrayRank()]]);
        if (type == typeof(string)) return "name";
        if (type.IsInterface && type.IsGenericType) return Array.CreateInstance(type.GetGenericArguments()[0], 0);
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType));
            return Expression.Lambda(type, Expression.Default(invoke.ReturnType), parameters).Compile();
        }
        var concrete = type.IsAbstract ? type.Assembly.GetTypes().First(t => t.IsSubclassOf(type) && !t.IsAbstract) : type;
        return RuntimeHelpers.GetUninitializedObject(Nullable.GetUnderlyingType(concrete) ?? concrete);
    }

    private static bool IsSpan(Type type, out Type of)
    {
        var isSpan = type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(ReadOnlySpan<>) || open == typeof(Span<>));
        of = isSpan ? type.GetGenericArguments()[0] : typeof(void);
        return isSpan;
    }

    /// <summary>Calls a member by code of its own, since reflection passes no spans; arrays stand for them.</summary>
    private static void Invoke(MethodBase member, object?[] arguments)
    {
        var call = new DynamicMethod("Call", null, [typeof(object[]), typeof(object)], typeof(NullArgumentTests).Module, skipVisibility: true);
        var il = call.GetILGenerator();
        if (member is MethodInfo { IsStatic: false })
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(member.DeclaringType!.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, member.DeclaringType);
        }
        foreach (var parameter in member.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type.IsByRef)
            {
                il.Emit(OpCodes.Ldloca, il.DeclareLocal(type.GetElementType()!));
                continue;
            }
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, parameter.Position);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Unbox_Any, IsSpan(type, out var of) ? of.MakeArrayType() : type);
            if (IsSpan(type, out _)) il.Emit(OpCodes.Newobj, type.GetConstructor([of.MakeArrayType()])!);
        }
        if (member is ConstructorInfo constructor) il.Emit(OpCodes.Newobj, constructor);
        else il.Emit(OpCodes.Call, (MethodInfo)member);
        if (member is not MethodInfo { ReturnType: var result } || result != typeof(void)) il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ret);
        call.CreateDelegate<Action<object?[], object?>>()(arguments, member.IsStatic || member.IsConstructor ? null : Any(member.DeclaringType!));
    }
}
