using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Calls of static methods as expressions, each method looked up once: reflection by name would otherwise cost more than all
/// the rest of emission.
/// </summary>
internal static class StaticMethods
{
    private static readonly ConcurrentDictionary<Key, MethodInfo> Known = [];

    /// <summary>The overload for exactly these arguments; a generic one is closed over the element type of its first argument.</summary>
    public static MethodCallExpression Call(Type type, string name, params Expression[] arguments) => Call(type, name, [], arguments);

    /// <summary>The overload for exactly these arguments, closed over the given types.</summary>
    public static MethodCallExpression Call(Type type, string name, Type[] generics, Expression[] arguments)
    {
        var key = new Key(
            type, name, generics.ElementAtOrDefault(0), generics.ElementAtOrDefault(1),
            arguments[0].Type, arguments.ElementAtOrDefault(1)?.Type, arguments.ElementAtOrDefault(2)?.Type);
        if (!Known.TryGetValue(key, out var method))
        {
            method = Find(type, name, generics, Array.ConvertAll(arguments, a => a.Type));
            Known.TryAdd(key, method);
        }
        return Expression.Call(method, arguments);
    }

    // Reading the parameters of an open generic method loads vector types for nothing, half a millisecond each: a generic
    // method without overloads is taken on trust, Expression.Call checks it.
    private static MethodInfo Find(Type type, string name, Type[] generics, Type[] arguments)
    {
        var overloads = type.GetMember(name, MemberTypes.Method, BindingFlags.Public | BindingFlags.Static);
        if (overloads is [MethodInfo { IsGenericMethodDefinition: true } only]) return Close(only, generics, arguments);
        foreach (MethodInfo overload in overloads)
        {
            if (generics.Length > 0 && overload.GetGenericArguments().Length != generics.Length) continue;
            var method = overload.IsGenericMethodDefinition ? Close(overload, generics, arguments) : overload;
            if (method.GetParameters().Select(p => p.ParameterType).SequenceEqual(arguments)) return method;
        }
        throw new MissingMethodException($"{type.Name}.{name}({string.Join(", ", arguments.Select(a => a.ToString()))})");
    }

    private static MethodInfo Close(MethodInfo definition, Type[] generics, Type[] arguments) =>
        definition.MakeGenericMethod(generics.Length > 0 ? generics : [ElementType(arguments[0])]);

    private static Type ElementType(Type type) => type.IsGenericType ? type.GetGenericArguments()[0] : type;

    private readonly record struct Key(
        Type Type, string Name, Type? Generic0, Type? Generic1, Type Argument0, Type? Argument1, Type? Argument2);
}
