using System.Reflection;
using System.Text.RegularExpressions;

namespace GraphGrad.Tests.Functions;

/// <summary>A refusal speaks of what the user gave, not of what the function had built of it by then.</summary>
public sealed class BlameTests
{
    public static TheoryData<string> Wrongs => ["axis", "int32"];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void Refusals_name_no_value_that_the_function_built(string wrong)
    {
        var (refused, faults) = (0, new List<string>());
        foreach (var method in typeof(Ops).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Concat(typeof(Losses).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            var parameters = method.GetParameters();
            if (method.IsGenericMethod || (wrong == "axis" && !parameters.Any(IsAxis))) continue;
            var graph = new Graph();
            if (Arguments(graph, parameters, wrong) is not { } arguments) continue;
            var given = graph.Nodes.Select(n => n.Name).ToHashSet();
            var error = Record.Exception(() => method.Invoke(null, arguments));
            if (error?.InnerException is not GraphException { Message: var message }) continue;
            refused++;
            var named = Regex.Matches(message, "'([^']+)'").Select(m => m.Groups[1].Value).Where(n => !given.Contains(n) && graph.Nodes.Any(node => node.Name == n));
            if (named.Any()) faults.Add($"{method.Name}: {message}");
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(refused > 20, $"only {refused} calls were refused");
    }

    private static bool IsAxis(ParameterInfo parameter) => parameter.Name == "axis" && parameter.ParameterType == typeof(int);

    private static object?[]? Arguments(Graph graph, ParameterInfo[] parameters, string wrong)
    {
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if (wrong == "axis" && IsAxis(parameters[i])) arguments[i] = 99;
            else if (parameters[i].HasDefaultValue) arguments[i] = Default(parameters[i]);
            else if (type == typeof(Value)) arguments[i] = Input();
            else if (type == typeof(Value[]) || type == typeof(IReadOnlyList<Value>)) arguments[i] = new[] { Input(), Input() };
            else if (type == typeof(Graph)) arguments[i] = graph;
            else if (type == typeof(double)) arguments[i] = 0.5;
            else if (type == typeof(int)) arguments[i] = 1;
            else if (type == typeof(int[])) arguments[i] = new[] { 0 };
            else if (type == typeof(Shape)) arguments[i] = Shape.Create([3, 3]);
            else return null;
        }
        return arguments;

        Value Input()
        {
            var count = graph.Nodes.Count;
            return graph.Placeholder($"given{count}", Shape.Create([3, 3]), wrong == "int32" ? DType.Int32 : DType.Float32);
        }
    }

    private static object? Default(ParameterInfo parameter) =>
        parameter.DefaultValue is not { } value ? (parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)
        : Nullable.GetUnderlyingType(parameter.ParameterType) is { IsEnum: true } type ? Enum.ToObject(type, value) : value;
}
