using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Runs a function again and again on what it computed before, while a condition holds: an iteration to convergence, whose number of steps
    /// the data decide. One loop in the plan.
    /// </summary>
    /// <param name="condition">Builds a scalar bool from the carries: whether there is another iteration. Called twice, now.</param>
    /// <param name="body">Builds the new carries from the carries; called once, now. It may use any other value of the graph.</param>
    /// <param name="carries">Where the carries start; at least one.</param>
    /// <param name="maximumIterations">
    /// After so many iterations the loop ends in any case. Reverse mode needs it, for it keeps what every iteration computed; memory for so many is
    /// set aside, but time is spent only on those that ran.
    /// </param>
    /// <returns>The carries in the end.</returns>
    /// <exception cref="GraphException">
    /// There is no carry, the condition is not a scalar bool, a new carry has another type or shape than the carry, the maximum is below 1, or a
    /// function assigns a variable. When a gradient is taken: there is no maximum.
    /// </exception>
    public static Value[] While(Func<Value[], Value> condition, Func<Value[], Value[]> body, Value[] carries, int? maximumIterations = null) =>
        While(condition, body, carries, out _, maximumIterations);

    /// <summary>As the other overload, and tells how many iterations there were.</summary>
    /// <param name="condition">Builds a scalar bool from the carries.</param>
    /// <param name="body">Builds the new carries from the carries.</param>
    /// <param name="carries">Where the carries start; at least one.</param>
    /// <param name="iterations">How many iterations there were: a scalar int64.</param>
    /// <param name="maximumIterations">After so many iterations the loop ends in any case.</param>
    /// <returns>The carries in the end.</returns>
    /// <exception cref="GraphException">As for the other overload.</exception>
    public static Value[] While(
        Func<Value[], Value> condition, Func<Value[], Value[]> body, Value[] carries, out Value iterations, int? maximumIterations = null)
    {
        if (carries.Length == 0) throw new GraphException($"while: give at least one carry. Built at {Origin.Capture()}.");
        var graph = carries[0].Graph;
        using var scope = graph.Scope("while");
        foreach (var carry in carries) graph.Require(carry, "the carry");
        if (maximumIterations < 1) throw graph.Error("while", $"maximumIterations is {maximumIterations}; it must be at least 1.");
        var first = LoopChecks.Condition(graph, "while", condition([.. carries]));
        using var arguments = graph.Arguments();
        var builder = new LoopBuilder(graph, "while", carries, []);
        var next = body([.. builder.Carries]);
        LoopChecks.SameCarries(graph, "while", carries, next);
        var again = LoopChecks.Condition(graph, "while", condition([.. next]));
        var loop = new LoopOp(builder.Build(new LoopResults(next, [], again)), maximumIterations is { } most ? (Dim)most : default(Dim?));
        var node = graph.AddNode(loop, [.. carries, .. builder.Captured, first]);
        iterations = node.Outputs[^1];
        return [.. node.Outputs.Take(carries.Length)];
    }

    /// <summary>Runs a function of one carry while a condition holds.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], int?)"/>
    /// <returns>The carry in the end.</returns>
    public static Value While(Func<Value, Value> condition, Func<Value, Value> body, Value carry, int? maximumIterations = null) =>
        While(condition, body, carry, out _, maximumIterations);

    /// <summary>Runs a function of one carry while a condition holds, and tells how many iterations there were.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], out Value, int?)"/>
    /// <returns>The carry in the end.</returns>
    public static Value While(Func<Value, Value> condition, Func<Value, Value> body, Value carry, out Value iterations, int? maximumIterations = null) =>
        While(c => condition(c[0]), c => [body(c[0])], [carry], out iterations, maximumIterations)[0];

    /// <summary>Runs a function of two carries while a condition holds: <c>var (t, y) = While((t, y) => t &lt; 1, (t, y) => (t + h, y + h * y), (t0, y0), 100)</c>.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], int?)"/>
    /// <returns>The carries in the end.</returns>
    public static (Value First, Value Second) While(
        Func<Value, Value, Value> condition, Func<Value, Value, (Value First, Value Second)> body, (Value First, Value Second) carries, int? maximumIterations = null) =>
        While(condition, body, carries, out _, maximumIterations);

    /// <summary>Runs a function of two carries while a condition holds, and tells how many iterations there were.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], out Value, int?)"/>
    /// <returns>The carries in the end.</returns>
    public static (Value First, Value Second) While(
        Func<Value, Value, Value> condition, Func<Value, Value, (Value First, Value Second)> body, (Value First, Value Second) carries, out Value iterations, int? maximumIterations = null)
    {
        var ends = While(c => condition(c[0], c[1]), Body, [carries.First, carries.Second], out iterations, maximumIterations);
        return (ends[0], ends[1]);

        Value[] Body(Value[] c)
        {
            var (first, second) = body(c[0], c[1]);
            return [first, second];
        }
    }

    /// <summary>Runs a function of three carries while a condition holds.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], int?)"/>
    /// <returns>The carries in the end.</returns>
    public static (Value First, Value Second, Value Third) While(
        Func<Value, Value, Value, Value> condition,
        Func<Value, Value, Value, (Value First, Value Second, Value Third)> body,
        (Value First, Value Second, Value Third) carries,
        int? maximumIterations = null) =>
        While(condition, body, carries, out _, maximumIterations);

    /// <summary>Runs a function of three carries while a condition holds, and tells how many iterations there were.</summary>
    /// <inheritdoc cref="While(Func{Value[], Value}, Func{Value[], Value[]}, Value[], out Value, int?)"/>
    /// <returns>The carries in the end.</returns>
    public static (Value First, Value Second, Value Third) While(
        Func<Value, Value, Value, Value> condition,
        Func<Value, Value, Value, (Value First, Value Second, Value Third)> body,
        (Value First, Value Second, Value Third) carries,
        out Value iterations,
        int? maximumIterations = null)
    {
        var ends = While(c => condition(c[0], c[1], c[2]), Body, [carries.First, carries.Second, carries.Third], out iterations, maximumIterations);
        return (ends[0], ends[1], ends[2]);

        Value[] Body(Value[] c)
        {
            var (first, second, third) = body(c[0], c[1], c[2]);
            return [first, second, third];
        }
    }
}
