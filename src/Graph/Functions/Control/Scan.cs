using GraphGrad.Loops;
using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Runs a function along the first axis of its inputs, each time on what it carried from the time before: a recurrent network, an integration
    /// over time. One loop in the plan, with both modes of differentiation; reverse mode keeps what the function's derivative needs.
    /// </summary>
    /// <param name="body">
    /// Builds, from the carries and from the parts of the inputs at one place, the new carries and the outputs at that place; called once, now. It may use
    /// any other value of the graph, and gradients go to those too. What it computes from these alone is computed once, and the large products among
    /// what depends on the inputs alone are computed for all places at once.
    /// </param>
    /// <param name="carries">Where the carries start.</param>
    /// <param name="inputs">Values whose first axes are equally long; there may be none if <paramref name="length"/> is given.</param>
    /// <param name="length">How often the function runs; by default as often as the inputs are long.</param>
    /// <param name="reverse">Whether it runs from the last place to the first; outputs stand where their inputs stand.</param>
    /// <returns>The carries in the end, and the outputs of all places, stacked along a new first axis.</returns>
    /// <exception cref="GraphException">
    /// The inputs differ in length or have no axis, there is neither an input nor a length, a new carry has another type or shape than the carry, or
    /// the function assigns a variable.
    /// </exception>
    public static (Value[] Carries, Value[] Outputs) Scan(
        Func<Value[], Value[], (Value[] Carries, Value[] Outputs)> body, Value[] carries, Value[] inputs, Dim? length = null, bool reverse = false)
    {
        if (carries.Length + inputs.Length == 0) throw new GraphException($"scan: give at least one carry or input. Built at {Origin.Capture()}.");
        var graph = carries.Concat(inputs).First().Graph;
        using var scope = graph.Scope("scan");
        foreach (var value in carries.Concat(inputs)) graph.Require(value, "the carry or input");
        var times = length;
        foreach (var input in inputs)
        {
            if (input.Rank == 0) throw graph.Error("scan", $"the input '{input.Name}' {input.Type} is a scalar; an input has a first axis, along which the function runs. Let the function use it without being given it, or carry it.");
            times ??= input.Shape[0];
            if (input.Shape[0] != times)
                throw graph.Error("scan", $"the input '{input.Name}' {input.Type} has {input.Shape[0]} places along its first axis, and {(length is null ? $"'{inputs[0].Name}' {inputs[0].Type}" : "the length")} says {times}; they must be equal. Slice or transpose one of them.");
        }
        if (times is null) throw graph.Error("scan", "there is no input to run along; give the length.");
        if (times is { IsConstant: true, Value: < 0 }) throw graph.Error("scan", $"the length is {times}; it must be at least 0.");
        using var arguments = graph.Arguments();
        var builder = new LoopBuilder(graph, "scan", carries, inputs.Select(i => (i, new TensorType(i.DType, i.Shape.Without(0)))));
        var (next, outputs) = body([.. builder.Carries], [.. builder.Steps]);
        LoopChecks.SameCarries(graph, "scan", carries, next);
        if (outputs is null) throw graph.Error("scan", "the function returned null for the outputs; return an empty array where there are none.");
        var loop = new LoopOp(builder.Build(new LoopResults(next, outputs, null)), times, reverse);
        var node = graph.AddNode(loop, [.. carries, .. inputs, .. builder.Captured]);
        return ([.. node.Outputs.Take(carries.Length)], [.. node.Outputs.Skip(carries.Length)]);
    }

    /// <summary>Runs a function of one carry along the first axis of one input.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carry in the end, and the outputs stacked along a new first axis.</returns>
    public static (Value Carry, Value Outputs) Scan(Func<Value, Value, (Value Carry, Value Output)> body, Value carry, Value inputs, bool reverse = false)
    {
        var (carries, outputs) = Scan(
            (c, x) =>
            {
                var (next, output) = body(c[0], x[0]);
                return ([next], [output]);
            },
            [carry], [inputs], null, reverse);
        return (carries[0], outputs[0]);
    }

    /// <summary>Runs a function of one carry along the first axes of two inputs: <c>var (h, outputs) = Scan((h, x, y) => (next, output), h0, (xs, ys))</c>.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carry in the end, and the outputs stacked along a new first axis.</returns>
    public static (Value Carry, Value Outputs) Scan(
        Func<Value, Value, Value, (Value Carry, Value Output)> body, Value carry, (Value First, Value Second) inputs, bool reverse = false)
    {
        var (carries, outputs) = Scan(
            (c, x) =>
            {
                var (next, output) = body(c[0], x[0], x[1]);
                return ([next], [output]);
            },
            [carry], [inputs.First, inputs.Second], null, reverse);
        return (carries[0], outputs[0]);
    }

    /// <summary>Runs a function of one carry so many times, without inputs: an integration in steps of time.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carry in the end, and the outputs stacked along a new first axis.</returns>
    public static (Value Carry, Value Outputs) Scan(Func<Value, (Value Carry, Value Output)> body, Value carry, Dim length)
    {
        var (carries, outputs) = Scan(
            (c, _) =>
            {
                var (next, output) = body(c[0]);
                return ([next], [output]);
            },
            [carry], [], length);
        return (carries[0], outputs[0]);
    }

    /// <summary>
    /// Runs a function of two carries along the first axis of one input: <c>var ((h, c), outputs) = Scan((h, c, x) => ((hNext, cNext), hNext), (h0, c0), inputs)</c>.
    /// </summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carries in the end, and the outputs stacked along a new first axis.</returns>
    public static ((Value First, Value Second) Carries, Value Outputs) Scan(
        Func<Value, Value, Value, ((Value First, Value Second) Carries, Value Output)> body, (Value First, Value Second) carries, Value inputs, bool reverse = false)
    {
        var (ends, outputs) = Scan(
            (c, x) =>
            {
                var (next, output) = body(c[0], c[1], x[0]);
                return ([next.First, next.Second], [output]);
            },
            [carries.First, carries.Second], [inputs], null, reverse);
        return ((ends[0], ends[1]), outputs[0]);
    }

    /// <summary>Runs a function of two carries along the first axes of two inputs.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carries in the end, and the outputs stacked along a new first axis.</returns>
    public static ((Value First, Value Second) Carries, Value Outputs) Scan(
        Func<Value, Value, Value, Value, ((Value First, Value Second) Carries, Value Output)> body,
        (Value First, Value Second) carries,
        (Value First, Value Second) inputs,
        bool reverse = false)
    {
        var (ends, outputs) = Scan(
            (c, x) =>
            {
                var (next, output) = body(c[0], c[1], x[0], x[1]);
                return ([next.First, next.Second], [output]);
            },
            [carries.First, carries.Second], [inputs.First, inputs.Second], null, reverse);
        return ((ends[0], ends[1]), outputs[0]);
    }

    /// <summary>
    /// Runs a function of two carries so many times, without inputs: <c>var ((q, v), path) = Scan((q, v) => ((q + h * v, v - h * q), q), (q0, v0), length: 100)</c>.
    /// </summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carries in the end, and the outputs stacked along a new first axis.</returns>
    public static ((Value First, Value Second) Carries, Value Outputs) Scan(
        Func<Value, Value, ((Value First, Value Second) Carries, Value Output)> body, (Value First, Value Second) carries, Dim length)
    {
        var (ends, outputs) = Scan(
            (c, _) =>
            {
                var (next, output) = body(c[0], c[1]);
                return ([next.First, next.Second], [output]);
            },
            [carries.First, carries.Second], [], length);
        return ((ends[0], ends[1]), outputs[0]);
    }

    /// <summary>Runs a function of three carries along the first axis of one input.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carries in the end, and the outputs stacked along a new first axis.</returns>
    public static ((Value First, Value Second, Value Third) Carries, Value Outputs) Scan(
        Func<Value, Value, Value, Value, ((Value First, Value Second, Value Third) Carries, Value Output)> body,
        (Value First, Value Second, Value Third) carries,
        Value inputs,
        bool reverse = false)
    {
        var (ends, outputs) = Scan(
            (c, x) =>
            {
                var (next, output) = body(c[0], c[1], c[2], x[0]);
                return ([next.First, next.Second, next.Third], [output]);
            },
            [carries.First, carries.Second, carries.Third], [inputs], null, reverse);
        return ((ends[0], ends[1], ends[2]), outputs[0]);
    }

    /// <summary>Runs a function of three carries so many times, without inputs.</summary>
    /// <inheritdoc cref="Scan(Func{Value[], Value[], ValueTuple{Value[], Value[]}}, Value[], Value[], Dim?, bool)"/>
    /// <returns>The carries in the end, and the outputs stacked along a new first axis.</returns>
    public static ((Value First, Value Second, Value Third) Carries, Value Outputs) Scan(
        Func<Value, Value, Value, ((Value First, Value Second, Value Third) Carries, Value Output)> body,
        (Value First, Value Second, Value Third) carries,
        Dim length)
    {
        var (ends, outputs) = Scan(
            (c, _) =>
            {
                var (next, output) = body(c[0], c[1], c[2]);
                return ([next.First, next.Second, next.Third], [output]);
            },
            [carries.First, carries.Second, carries.Third], [], length);
        return ((ends[0], ends[1], ends[2]), outputs[0]);
    }
}
