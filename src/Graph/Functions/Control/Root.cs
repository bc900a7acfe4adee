using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// An x with f(x) = 0, by Newton's method from a start. Its derivatives by whatever f uses come from the implicit function theorem: x' = -J⁻¹·f' with J = ∂f/∂x, in
    /// reverse mode -J⁻ᵀ·x̄; to any order. No gradient flows to the start.
    /// </summary>
    /// <param name="function">As many results as unknowns; called while the graph is built, now and whenever a derivative is taken.</param>
    /// <param name="start">Where to begin: a float scalar, or a vector.</param>
    /// <param name="options">When to stop.</param>
    /// <exception cref="GraphException">
    /// The start is neither a scalar nor a vector of floats, or the function returns another type or shape. In a run: the steps do not converge, or J is singular.
    /// </exception>
    public static Value Root(Func<Value, Value> function, Value start, ImplicitOptions? options = null)
    {
        var choice = (options ?? new ImplicitOptions { MaximumIterations = 100 }).Checked(start.Graph, "root");
        if (!start.DType.IsFloat() || start.Rank > 1) throw start.Graph.Error("root", $"the start '{start.Name}' is {start.Type}; it must be a float scalar or vector. Reshape or cast it.");
        using var scope = start.Graph.Scope("root");
        var solution = StopGradient(Iterate(Step, start, choice, "root", "Start nearer, or allow more steps or a larger tolerance in ImplicitOptions."));
        return ImplicitFunction.Attach(Checked, solution, (f, x, side, transposed) => -Newton(f, x, side, transposed));

        // The move as it is, rather than as a difference of the points, of which reports would speak.
        (Value Next, Value Move) Step(Value x)
        {
            var move = Newton(Checked, x, Checked(x), transposed: false);
            return (x - move, move);
        }

        Value Checked(Value x)
        {
            var y = function(x);
            x.Graph.Require(y, "what the function of a root returned");
            if (!y.Type.Equals(x.Type)) throw start.Graph.Error("root", $"the function returned '{y.Name}' {y.Type} for unknowns {x.Type}; there must be as many equations as unknowns.");
            return y;
        }

        // J⁻¹ or J⁻ᵀ applied to a vector.
        static Value Newton(Func<Value, Value> f, Value x, Value side, bool transposed)
        {
            var jacobian = Jacobian(f(x), x, new JacobianOptions { Disconnected = Disconnected.Zeros });
            if (x.Rank == 0) return side / jacobian;
            return SolveForRoot(jacobian, side, transposed);
        }
    }
}
