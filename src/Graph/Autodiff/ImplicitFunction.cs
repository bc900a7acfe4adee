using GraphGrad.Operations;

namespace GraphGrad.Autodiff;

/// <summary>
/// Solves the linear system that the implicit function theorem leaves: given the function at any point, the solution, a right-hand side and whether
/// the system is the transposed one.
/// </summary>
internal delegate Value LinearizedSolve(Func<Value, Value> function, Value solution, Value side, bool transposed);

/// <summary>
/// Derivatives of what is given by an equation rather than computed by a formula: by the inputs of the equation, at its solution, however that
/// was found.
/// </summary>
internal sealed class ImplicitFunction
{
    private readonly Value solution;
    private readonly CheckpointRegion region;
    private readonly Value[] inputs;
    private readonly LinearizedSolve solve;

    private ImplicitFunction(Func<Value, Value> function, Value solution, LinearizedSolve solve)
    {
        (this.solution, this.solve) = (solution, solve);
        var start = solution.Graph.NodeCount;
        region = CheckpointRegion.Of(function(solution), start);
        inputs = [.. region.Boundary.Where(b => b != solution)];
    }

    /// <summary>The solution, with derivatives by what the function reads from outside.</summary>
    public static Value Attach(Func<Value, Value> function, Value solution, LinearizedSolve solve)
    {
        var equation = new ImplicitFunction(function, solution, solve);
        return !equation.inputs.Any(i => i.DType.IsFloat()) ? solution
            : solution.Graph.Add(new CustomGradientOp(new CustomRule(equation.Gradient, equation.Tangent) { IsSelfContained = true }), [solution, .. equation.inputs], "solution");
    }

    // Everything is built at the result, which moves with the inputs: so derivatives of derivatives come out right.
    private Value?[] Gradient(CustomGradientContext context)
    {
        var side = solve(x => At(x, context.Inputs), context.Result, context.Adjoint, transposed: true);
        var own = Apart(context.Inputs, context.Adjoint);
        var floats = own.Where(x => x.DType.IsFloat()).ToArray();
        var gradients = new Queue<Value>(Ops.Vjp([At(context.Result, own)], floats, [side], Disconnected.Zeros));
        return [.. own.Select(x => x.DType.IsFloat() ? gradients.Dequeue() : null)];
    }

    private Value Tangent(CustomTangentContext context)
    {
        var own = Apart(context.Inputs, context.Result);
        // What stands still is left out: its derivative may be NaN, as that of a power by its exponent is for a negative base.
        (Value, Value)[] moving = [.. own.Zip(context.Tangents).Where(p => p.First.DType.IsFloat() && !IsZero(p.Second))];
        if (moving.Length == 0) return Ops.ZerosLike(context.Result);
        var side = Ops.Jvp([At(context.Result, own)], moving, Disconnected.Zeros)[0];
        return solve(x => At(x, context.Inputs), context.Result, side, transposed: false);
    }

    /// <summary>The function at another point and of other inputs, in their graph: that of a loop's body, if the equation stands in a loop.</summary>
    private Value At(Value x, IReadOnlyList<Value> given) =>
        region.Copy([.. region.Boundary.Select(b => b == solution ? x : given[Array.IndexOf(inputs, b)])]);

    private static bool IsZero(Value tangent) =>
        tangent.Node.Op is BroadcastOp ? IsZero(tangent.Node.Inputs[0]) : tangent.Node.Op is ConstantOp constant && constant.TryNumber(out var number) && number == 0;

    /// <summary>The inputs as values of their own: one may be computed from another, outside the function, and that path is not the function's.</summary>
    private static Value[] Apart(IReadOnlyList<Value> inputs, Value after) =>
        [.. inputs.Select(x => x.Graph.Add(new BarrierOp(), [x, after]))];
}
