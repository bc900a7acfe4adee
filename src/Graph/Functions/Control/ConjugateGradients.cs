using GraphGrad.Autodiff;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// The x with A·x = b for a symmetric positive definite A that is known only by what it does to a vector: a matrix that is never built. Its derivatives, by b and by
    /// whatever the map uses, come from the implicit function theorem and are solved in the same way, to any order.
    /// </summary>
    /// <remarks>Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems", 1952.</remarks>
    /// <param name="map">x ↦ A·x, of one type and shape; called while the graph is built, now and whenever a derivative is taken.</param>
    /// <param name="b">The right-hand side: a float of any shape.</param>
    /// <param name="options">When to stop: the tolerance is that of the residual's norm relative to b's.</param>
    /// <exception cref="GraphException">
    /// b is no float, or the map changes type or shape. In a run: the residual does not get small enough, as where A is not positive definite.
    /// </exception>
    public static Value ConjugateGradients(Func<Value, Value> map, Value b, ImplicitOptions? options = null)
    {
        var choice = (options ?? new ImplicitOptions()).Checked(b.Graph, "conjugate gradients");
        if (!b.DType.IsFloat()) throw b.Graph.Error("conjugate gradients", $"the right-hand side '{b.Name}' is {b.DType.Text()}; it must be a float. Cast it.");
        using var scope = b.Graph.Scope("conjugate_gradients");
        var tolerance = choice.ToleranceOf(b);
        var size = Sum(Square(b));
        var limit = choice.Limit(b, isSquared: true) * size;
        var start = ZerosLike(b);
        var carries = While(
            c => c[3] > limit,
            c =>
            {
                var (x, residual, direction, square) = (c[0], c[1], c[2], c[3]);
                var image = Checked(direction);
                var step = square / Sum(direction * image);
                var left = residual - (step * image);
                var next = Sum(Square(left));
                return [x + (step * direction), left, left + (next / square * direction), next];
            },
            [start, b, b, size], choice.MaximumIterations);
        var solution = Require(
            carries[0], carries[3] <= limit,
            $"the residual did not fall to {tolerance:G3} of the right-hand side in {choice.MaximumIterations} steps, but to {{0}} of it. The map must be symmetric and positive definite; precondition it, or allow more steps or a larger tolerance in ImplicitOptions.",
            Sqrt(carries[3] / size));
        // A is its own transpose.
        return ImplicitFunction.Attach(
            x => Checked(x) - b, StopGradient(solution),
            (f, x, side, _) => -ConjugateGradients(v => Jvp([f(x)], [(x, v)], Disconnected.Zeros)[0], side, choice));

        Value Checked(Value x)
        {
            var image = map(x);
            x.Graph.Require(image, "what the map of conjugate gradients returned");
            return image.Type.Equals(x.Type) ? image : throw b.Graph.Error("conjugate gradients", $"the map returned '{image.Name}' {image.Type} for {x.Type}; it must keep type and shape, as a symmetric matrix does. Cast, reshape or broadcast what it returns.");
        }
    }
}
