using GraphGrad.Autodiff;
using GraphGrad.Operations;
using GraphGrad.Vectorization;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// All derivatives of <paramref name="y"/> by <paramref name="x"/>, of x's element type and of shape [..y's axes, ..x's axes]. One derivative is
    /// built, and vectorized over a basis: there is no loop.
    /// </summary>
    /// <param name="y">A float value of any shape.</param>
    /// <param name="x">The float value to differentiate by, of any shape.</param>
    /// <param name="options">Direction, and what happens if y does not depend on x; null for the defaults.</param>
    /// <exception cref="GraphException">
    /// y or x is not a float, they belong to different graphs, y does not depend on x and zeros were not asked for, or
    /// forward mode was asked for and a custom gradient has no tangent function.
    /// </exception>
    public static Value Jacobian(Value y, Value x, JacobianOptions? options = null)
    {
        options ??= new JacobianOptions();
        Backward.CheckFloats([y], [x]);
        if (options.Disconnected == Disconnected.Error && !Dependence.Flows([x], [y]))
            throw y.Graph.Error("jacobian", $"{Dependence.Text([y])} {Dependence.Lack(x, y)} on {Dependence.Text([x])}, so it has no derivatives with respect to it. Leave '{x.Name}' out, or ask for zeros with JacobianOptions {{ Disconnected = Disconnected.Zeros }}.");
        var forward = options.Mode switch
        {
            DifferentiationMode.Forward => true,
            DifferentiationMode.Reverse => false,
            _ => IsFewer(x.Shape.ElementCount, y.Shape.ElementCount) && HasTangents([y], [x]),
        };
        return forward ? Columns(y, x, options.Disconnected) : Rows(y, x, options.Disconnected);
    }

    /// <summary>
    /// The second derivatives of a scalar, of shape [..x's axes, ..x's axes]: the gradient differentiated forward, or in reverse where a custom
    /// gradient has no tangent function. Zeros where the gradient does not depend on x.
    /// </summary>
    /// <exception cref="GraphException">As for <see cref="Gradient(Value, Value)"/>.</exception>
    public static Value Hessian(Value loss, Value x)
    {
        CheckSecond("hessian", loss, [x]);
        var gradient = Gradient(loss, x);
        return HasTangents([gradient], [x]) ? Columns(gradient, x, Disconnected.Zeros) : Rows(gradient, x, Disconnected.Zeros);
    }

    /// <summary>
    /// The product of the Hessian of a scalar with a vector, at the cost of a few gradients: the gradient differentiated in the direction
    /// <paramref name="vector"/>.
    /// </summary>
    /// <param name="loss">A float scalar.</param>
    /// <param name="x">What to differentiate by.</param>
    /// <param name="vector">Of x's element type and shape.</param>
    /// <exception cref="GraphException">As for <see cref="Gradient(Value, Value)"/>, or the vector's type or shape is wrong.</exception>
    public static Value HessianVectorProduct(Value loss, Value x, Value vector) => HessianVectorProduct(loss, [x], [vector])[0];

    /// <summary>The product of the Hessian by several values together with a vector made of one part for each.</summary>
    /// <exception cref="GraphException">As for one value, or the counts differ.</exception>
    public static Value[] HessianVectorProduct(Value loss, Value[] xs, Value[] vectors)
    {
        if (xs.Length == 0) throw loss.Graph.Error("hessian_vector_product", "no value to differentiate by is given; give at least one, with its vector.");
        if (xs.Length != vectors.Length)
            throw loss.Graph.Error("hessian_vector_product", $"{vectors.Length} vectors are given for {xs.Length} values; give one for each.");
        CheckSecond("hessian_vector_product", loss, xs);
        foreach (var (x, vector) in xs.Zip(vectors))
        {
            loss.Graph.Require(vector, "the vector");
            if (!vector.Type.Equals(x.Type))
                throw loss.Graph.Error("hessian_vector_product", $"the vector '{vector.Name}' is {vector.Type}, but '{x.Name}' (built at {x.Node.Origin}) is {x.Type}; they must be of one type and shape. Cast or broadcast the vector.");
        }
        var gradients = Gradients(loss, xs);
        return HasTangents(gradients, xs)
            ? Jvp(gradients, [.. xs.Zip(vectors)], Disconnected.Zeros)
            : Vjp(gradients, xs, vectors, Disconnected.Zeros);
    }

    /// <summary>
    /// The gradients of a loss for each example by itself, through <see cref="Vectorize(Func{Value[], Value[]}, Value[], int?[])"/>: of shape
    /// [examples, ..shape of the value].
    /// </summary>
    /// <param name="loss">Builds the scalar loss of one example from its inputs.</param>
    /// <param name="examples">What holds the examples, along axis 0.</param>
    /// <param name="wrt">The values to differentiate by, which all examples share, such as weights.</param>
    /// <exception cref="GraphException">The loss is not a float scalar or does not depend on a value or on any example, there is no value, or the numbers of examples differ.</exception>
    public static Value[] PerExampleGradients(Func<Value[], Value> loss, Value[] examples, params Value[] wrt) =>
        Vectorize(
            one =>
            {
                var value = loss(one);
                var graph = one[0].Graph;
                graph.Require(value, "what the function of per-example gradients returned");
                if (wrt.Length == 0) throw graph.Error("per_example_gradients", "no value to differentiate by is given; give at least one, such as the weights.");
                if (!GraphSlice.Between(one, [value.Node]).Contains(value.Node))
                    throw graph.Error("per_example_gradients", $"the loss '{value.Name}' (built at {value.Node.Origin}) depends on no example, so that its gradients would all be the same. Make it of what the function is called with.");
                return Gradients(value, wrt);
            },
            examples);

    /// <summary>Refuses what has no second derivatives; zeros cannot be asked for.</summary>
    private static void CheckSecond(string function, Value loss, Value[] xs)
    {
        Backward.CheckFloats([loss], xs);
        if (loss.Rank != 0) throw loss.Graph.Error(function, $"'{loss.Name}' (built at {loss.Node.Origin}) has shape {loss.Shape}; only a scalar has a Hessian. Reduce it with Sum or Mean, or take the Jacobian of a Jacobian.");
        var sources = Dependence.Sources([loss]);
        foreach (var x in xs)
        {
            if (!sources.Contains(x)) throw loss.Graph.Error(function, $"{Dependence.Text([loss])} {Dependence.Lack(x, loss)} on {Dependence.Text([x])}, so it has no derivatives with respect to it. Leave '{x.Name}' out.");
        }
    }

    private static Value Rows(Value y, Value x, Disconnected disconnected)
    {
        using var scope = y.Graph.Scope("jacobian");
        // Of one element the basis is 1, and nothing has to be vectorized.
        if (y.Shape.ElementCount.IsOne) return Reshape(Backward.Differentiate([y], [x], [OnesLike(y)], stabilize: true, disconnected)[0], new Shape([.. y.Shape, .. x.Shape]));
        var cotangent = y.Graph.StandIn("cotangent", y.Shape, y.DType);
        var row = Backward.Differentiate([y], [x], [cotangent], stabilize: true, disconnected)[0];
        return Reshape(OverBasis(row, cotangent), new Shape([.. y.Shape, .. x.Shape]));
    }

    private static Value Columns(Value y, Value x, Disconnected disconnected)
    {
        using var scope = y.Graph.Scope("jacobian");
        if (x.Shape.ElementCount.IsOne) return Cast(Reshape(Forward.Differentiate([y], [(x, OnesLike(x))], disconnected)[0], new Shape([.. y.Shape, .. x.Shape])), x.DType);
        var tangent = y.Graph.StandIn("tangent", x.Shape, x.DType);
        var columns = OverBasis(Forward.Differentiate([y], [(x, tangent)], disconnected)[0], tangent);
        return Cast(Reshape(Transpose(columns, [.. Enumerable.Range(1, y.Rank), 0]), new Shape([.. y.Shape, .. x.Shape])), x.DType);
    }

    /// <summary>What a value becomes for each direction of a basis in place of <paramref name="direction"/>, along a leading axis.</summary>
    private static Value OverBasis(Value value, Value direction)
    {
        var count = direction.Shape.ElementCount;
        var (rows, columns) = (Iota(value.Graph, [count, 1]), Iota(value.Graph, [1, count], 1));
        var batcher = new Batcher(count, int.MaxValue);
        batcher.Map(direction, Reshape(Cast(Equal(rows, columns), direction.DType), new Shape([count, .. direction.Shape])));
        return batcher.All([value])[0];
    }

    private static bool IsFewer(Dim inputs, Dim results) =>
        results.IsConstant ? inputs.IsConstant && inputs.Value < results.Value : inputs.IsConstant;

    private static bool HasTangents(Value[] ys, Value[] xs) =>
        GraphSlice.Between(xs, ys.Select(y => y.Node)).TrueForAll(node => node.Op is not CustomGradientOp { Rule.Tangent: null });
}
