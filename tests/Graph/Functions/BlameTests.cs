using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>A refusal speaks of what the user gave, not of what the function had built of it by then.</summary>
public sealed partial class BlameTests
{
    private static readonly (Shape Shape, DType DType)[] Kinds =
    [
        (Shape.Create([3, 3]), DType.Float32), (Shape.Create([3, 3]), DType.Int32), (Shape.Create([3, 3]), DType.Bool), (Shape.Create([3, 3]), DType.Float64),
        (Shape.Create([2, 5]), DType.Float32), (Shape.Create([]), DType.Float32), (Shape.Create([2, 3, 4, 5]), DType.Float32), (Shape.Create(["n", 3]), DType.Float32), (Shape.Create([0]), DType.Int64),
    ];

    private static readonly ConcurrentDictionary<Type, (string Method, Exception Error, HashSet<string> Built)[]> Known = new();

    public static TheoryData<Type> Classes => [typeof(Ops), typeof(Losses), typeof(LogDensity), typeof(Entropy), typeof(Cdf), typeof(InverseCdf), typeof(Divergence), typeof(Sample)];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Refusals_begin_with_the_function_that_was_called(Type functions)
    {
        var (refused, faults) = (0, new List<string>());
        foreach (var (method, error, _) in Refusals(functions).Where(r => r.Error is GraphException))
        {
            refused++;
            var head = Head().Match(error.Message).Value.Replace("_", "");
            var name = functions == typeof(Ops) ? method : $"{functions.Name}.{method}";
            if (!head.Equals(name, StringComparison.OrdinalIgnoreCase)) faults.Add($"{method}: {error.Message}");
        }
        Assert.True(faults.Count == 0, $"{faults.Count} of {refused}\n" + string.Join("\n", faults.DistinctBy(f => f[..Math.Min(f.Length, 40)]).Take(50)));
        Expect.True(refused > 50, $"only {refused} calls were refused");
    }

    /// <summary>Optimized code inlines others, or leaves them by a jump, and the trace of the call lacks them then.</summary>
    [Theory]
    [MemberData(nameof(Classes))]
    public void Functions_that_return_values_stay_in_stack_traces(Type functions) =>
        Assert.DoesNotContain(functions.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly), m => m.ReturnType == typeof(Value) && !m.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining));

    [Theory]
    [MemberData(nameof(Classes))]
    public void Refusals_name_no_value_that_the_function_built(Type functions)
    {
        var (refused, faults) = (0, new List<string>());
        foreach (var (method, error, built) in Refusals(functions))
        {
            refused++;
            if (error is not GraphException || Quoted().Matches(error.Message).Any(m => built.Contains(m.Groups[1].Value))) faults.Add($"{method}: {error.GetType().Name} {error.Message}");
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(50)));
        Expect.True(refused > 50, $"only {refused} calls were refused");
    }

    [Fact]
    public void Refusals_begin_with_the_function_and_say_what_its_values_are_made_of()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [3]), graph.Placeholder("y", [3], DType.Float64));
        Errors.Throws("XLogY: 'x' float32[3] and what it makes of 'y' and 'x' float64[3] differ in element type; cast one of them with Cast. Built at {here}.", () => XLogY(x, y));
        Errors.Throws("LogDensity.Normal: 'x' float32[3] and 'y' float64[3] differ in element type; cast one of them with Cast. Built at {here}.", () => LogDensity.Normal(x, y, y));
        // What the user builds in the same line keeps its name.
        Errors.Throws("XLogY: 'exp' float32[3] and what it makes of 'y' and 'exp' float64[3] differ in element type; cast one of them with Cast. Built at {here}.", () => XLogY(Exp(x), y));
    }

    /// <summary>Also where a shape is refused before the function begins, and where a name of several words was written out.</summary>
    [Fact]
    public void Refusals_of_shapes_and_of_functions_of_several_words_begin_with_the_function()
    {
        var graph = new Graph();
        var (x, flags) = (graph.Placeholder("x", [3]), graph.Placeholder("flags", [3], DType.Bool));
        Errors.Throws("Reshape: a shape cannot have the negative extent -3; use a symbol such as \"batch\" for an unknown extent. Built at {here}.", () => Reshape(x, -3));
        Errors.Throws("Shape.Create: a shape cannot have the negative extent -1; use a symbol such as \"batch\" for an unknown extent. Built at {here}.", () => Initializers.Constant(graph, Shape.Create([-1]), 0));
        Errors.Throws("Clip: the number 3 cannot be combined with 'flags', which is bool; cast it to a number type with Cast, or use 0 or 1. Written at {here}.", () => Clip(flags, 0, 3));
    }

    /// <summary>The calls that were refused, by what, and the names of the nodes that the function had built by then; each call is made once.</summary>
    private static (string Method, Exception Error, HashSet<string> Built)[] Refusals(Type functions) => Known.GetOrAdd(functions, type => [.. Refused(type)]);

    private static IEnumerable<(string Method, Exception Error, HashSet<string> Built)> Refused(Type functions)
    {
        foreach (var (method, graph, arguments) in WrongCalls(functions))
        {
            var given = graph.Nodes.Select(n => n.Name).ToHashSet();
            if (Record.Exception(() => method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)) is { } error)
                yield return (method.Name, error, [.. graph.Nodes.Select(n => n.Name).Where(n => !given.Contains(n))]);
        }
    }

    private static IEnumerable<(MethodInfo Method, Graph Graph, object?[] Arguments)> WrongCalls(Type functions) =>
        from method in functions.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where !method.IsGenericMethod
        from call in WrongCalls(method.GetParameters())
        select (method, call.Graph, call.Arguments);

    /// <summary>Calls with operands of one kind, each kind in turn and with an axis that there is not, and calls of which one operand is of another.</summary>
    private static IEnumerable<(Graph Graph, object?[] Arguments)> WrongCalls(ParameterInfo[] parameters)
    {
        var operands = Enumerable.Range(0, parameters.Length).Where(i => IsOperand(parameters[i])).ToArray();
        foreach (var kind in Kinds)
        {
            if (Arguments(parameters, _ => kind, axis: 99) is { } wrongAxis) yield return wrongAxis;
            foreach (var operand in operands)
            {
                foreach (var other in Kinds)
                {
                    if (Arguments(parameters, i => i == operand ? other : kind, axis: 0) is { } wrong) yield return wrong;
                }
            }
        }
    }

    private static bool IsOperand(ParameterInfo parameter) =>
        !parameter.HasDefaultValue && (parameter.ParameterType == typeof(Value) || parameter.ParameterType == typeof(Value[]) || parameter.ParameterType == typeof(IReadOnlyList<Value>));

    private static (Graph Graph, object?[] Arguments)? Arguments(ParameterInfo[] parameters, Func<int, (Shape Shape, DType DType)> kind, int axis)
    {
        var graph = new Graph();
        var arguments = new object?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if (parameters[i].HasDefaultValue) arguments[i] = parameters[i].Name == "axis" && type == typeof(int) ? axis : Default(parameters[i]);
            else if (type == typeof(Value)) arguments[i] = Input(i);
            else if (IsOperand(parameters[i])) arguments[i] = new[] { Input(i), Input(i) };
            else if (type == typeof(Graph)) arguments[i] = graph;
            else if (type == typeof(double)) arguments[i] = 0.5;
            else if (type == typeof(int)) arguments[i] = parameters[i].Name == "axis" ? axis : 1;
            else if (type == typeof(int[])) arguments[i] = new[] { axis };
            else if (type == typeof(Shape)) arguments[i] = Shape.Create([3, 3]);
            else if (type == typeof(Dim)) arguments[i] = (Dim)1;
            else return null;
        }
        return (graph, arguments);

        Value Input(int place) => graph.Placeholder($"given{graph.Nodes.Count}", kind(place).Shape, kind(place).DType);
    }

    private static object? Default(ParameterInfo parameter) =>
        parameter.DefaultValue is not { } value ? (parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)
        : Nullable.GetUnderlyingType(parameter.ParameterType) is { IsEnum: true } type ? Enum.ToObject(type, value) : value;

    [GeneratedRegex("^[^:']*")]
    private static partial Regex Head();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
