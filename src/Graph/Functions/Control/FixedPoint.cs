using GraphGrad.Autodiff;
using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The x with x = f(x), by applying f again and again from a start. Its derivatives by whatever f uses come from the implicit function theorem, not
    /// from the steps: x' = f' + J·x' with J = ∂f/∂x, and in reverse mode w = x̄ + Jᵀ·w, themselves fixed points; to any order, in memory that does not grow with the
    /// number of steps. No gradient flows to the start.
    /// </summary>
    /// <param name="function">A contraction near the solution; called while the graph is built, now and whenever a derivative is taken.</param>
    /// <param name="start">Where to begin: a float of any shape.</param>
    /// <param name="options">When to stop.</param>
    /// <exception cref="GraphException">The function changes type or shape. In a run: the steps do not converge.</exception>
    public static Value FixedPoint(Func<Value, Value> function, Value start, ImplicitOptions? options = null)
    {
        var choice = (options ?? new ImplicitOptions()).Checked(start.Graph, "fixed point");
        if (!start.DType.IsFloat()) throw start.Graph.Error("fixed point", $"the start '{start.Name}' is {start.DType.Text()}; it must be a float. Cast it.");
        using var scope = start.Graph.Scope("fixed_point");
        var solution = StopGradient(Iterate(Step, start, choice, "fixed point", "If steps do not get smaller, the function is no contraction there: start nearer, or damp it. If they do, allow more of them or a larger tolerance in ImplicitOptions."));
        return ImplicitFunction.Attach(
            Checked, solution, (f, x, side, transposed) => FixedPoint(
                v => side + (transposed ? Vjp([f(x)], [x], [v], Disconnected.Zeros)[0] : Jvp([f(x)], [(x, v)], Disconnected.Zeros)[0]), side, choice));

        (Value Next, Value Move) Step(Value x)
        {
            var next = Checked(x);
            // Behind a barrier, so that the difference is that of what is carried: no rule looks into the function through it, and no report speaks of it.
            return (next, x.Graph.Add(new BarrierOp(), [next, x]) - x);
        }

        Value Checked(Value x)
        {
            var next = function(x);
            x.Graph.Require(next, "what the function of a fixed point returned");
            return next.Type.Equals(x.Type) ? next : throw start.Graph.Error("fixed point", $"the function returned '{next.Name}' {next.Type} for {x.Type}; it must keep type and shape. Cast, reshape or broadcast what it returns.");
        }
    }

    // A step's rounding in float32 alone may move it by so much; several roundings, by the other.
    private const double LeastOfFloat32 = 2e-6;
    private const double MostOfFloat32 = 1e-5;

    /// <summary>Repeats a step, which tells by how much it moves, until nothing moves by more than the tolerance; fails with advice where that does not come to pass.</summary>
    private static Value Iterate(Func<Value, (Value Next, Value Move)> step, Value start, ImplicitOptions options, string what, string advice)
    {
        var tolerance = options.ToleranceOf(start);
        var carries = While(
            // Not less, so that a step to infinity, whose size is NaN, is no arrival.
            c => Not(c[1] < options.Limit(start)),
            c =>
            {
                var (next, move) = step(c[0]);
                return [next, Max(Abs(move) / (1 + Abs(next)))];
            },
            [start, start.Graph.Constant(TensorData.Filled(start.DType, double.PositiveInfinity))], options.MaximumIterations);
        var (solution, isThere) = (carries[0], carries[1] < options.Limit(start));
        var fails = $"the {what} was not reached to {tolerance:G3} in {options.MaximumIterations} steps: the last one moved an element by {{0}} of 1 + its absolute value. ";
        if (start.DType == DType.Float32 && tolerance < LeastOfFloat32)
            solution = Require(solution, isThere | Not(carries[1] < MostOfFloat32), fails + "In float32 rounding alone moves a step by about 1E-06: allow a larger tolerance in ImplicitOptions, or compute in float64.", carries[1]);
        return Require(solution, isThere, fails + advice, carries[1]);
    }
}
