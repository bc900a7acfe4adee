using GraphGrad.Autodiff;

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
        var choice = options ?? new ImplicitOptions();
        if (!start.DType.IsFloat()) throw start.Graph.Error("fixed point", $"the start '{start.Name}' is {start.DType.Text()}; it must be a float. Cast it.");
        using var scope = start.Graph.Scope("fixed_point");
        var solution = StopGradient(Iterate(Checked, start, choice, "fixed point"));
        return ImplicitFunction.Attach(
            Checked, solution, (f, x, side, transposed) => FixedPoint(
                v => side + (transposed ? Vjp([f(x)], [x], [v], Disconnected.Zeros)[0] : Jvp([f(x)], [(x, v)], Disconnected.Zeros)[0]), side, choice));

        Value Checked(Value x)
        {
            var next = function(x);
            return next.Type.Equals(x.Type) ? next : throw start.Graph.Error("fixed point", $"the function returned '{next.Name}' {next.Type} for {x.Type}; it must keep type and shape. Cast, reshape or broadcast what it returns.");
        }
    }

    // A step's rounding in float32 alone may move it by so much.
    private const double LeastOfFloat32 = 2e-6;

    /// <summary>Repeats a step until nothing moves by more than the tolerance.</summary>
    private static Value Iterate(Func<Value, Value> step, Value start, ImplicitOptions options, string what)
    {
        var tolerance = options.ToleranceOf(start);
        var carries = While(
            // Not less, so that a step to infinity, whose size is NaN, is no arrival.
            c => Not(c[1] < options.Limit(start)),
            c =>
            {
                var next = step(c[0]);
                return [next, Max(Abs(next - c[0]) / (1 + Abs(next)))];
            },
            [start, start.Graph.Constant(TensorData.Filled(start.DType, double.PositiveInfinity))], options.MaximumIterations);
        var rounding = start.DType == DType.Float32 && tolerance < LeastOfFloat32 ? " In float32 rounding alone moves a step by about 1E-06: compute in float64 what has to be nearer." : string.Empty;
        return Require(
            carries[0], carries[1] < options.Limit(start),
            $"the {what} was not reached to {tolerance:G3} in {options.MaximumIterations} steps: the last one moved an element by {{0}} of 1 + its absolute value. Start nearer, allow more steps or a larger tolerance in ImplicitOptions, or damp the function.{rounding}",
            carries[1]);
    }
}
