using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>a · sigmoid(b) with a and b the first and the second half of x along an axis.</summary>
    /// <remarks>Dauphin, Fan, Auli and Grangier, "Language modeling with gated convolutional networks", 2016.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64, has no such axis, or the axis is not known to be of even extent.</exception>
    public static Value Glu(Value x, int axis = -1)
    {
        RequireFloat("glu", x);
        var at = axis < 0 ? axis + x.Rank : axis;
        if (at < 0 || at >= x.Rank) throw x.Graph.Error("glu", $"'{x.Name}' {x.Type} has no axis {axis}.");
        if (!x.Shape[at].IsConstant || x.Shape[at].Value % 2 != 0)
            throw x.Graph.Error("glu", $"axis {axis} of '{x.Name}' {x.Type} cannot be halved; its extent must be known and even.");
        var half = x.Shape[at].Value / 2;
        return Part(0) * Sigmoid(Part(half));

        Value Part(long from)
        {
            var starts = new Dim[x.Rank];
            Array.Fill(starts, (Dim)0);
            starts[at] = from;
            return Slice(x, starts, [.. x.Shape.Select((extent, a) => a == at ? half : extent)], [.. Enumerable.Repeat(1, x.Rank)]);
        }
    }

    /// <summary>x where x is positive, elsewhere slope · x, with slopes that may be learned; the gradient by x at 0 is the slope.</summary>
    /// <param name="x">float32 or float64.</param>
    /// <param name="slope">Of x's type: a scalar, or one number for each position along <paramref name="axis"/>.</param>
    /// <param name="axis">The axis of the channels.</param>
    /// <remarks>He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.</remarks>
    /// <exception cref="GraphException">The types differ or are not floats, or the slopes are not as many as the channels.</exception>
    public static Value PRelu(Value x, Value slope, int axis = 1)
    {
        RequireFloat("prelu", x);
        var aligned = slope.Rank == 1 && slope.Shape[0].IsOne ? Reshape(slope, []) : slope;
        if (aligned.Rank > 0)
        {
            var at = axis < 0 ? axis + x.Rank : axis;
            if (slope.Rank != 1 || at < 0 || at >= x.Rank || slope.Shape[0] != x.Shape[at])
                throw x.Graph.Error("prelu", $"the slopes '{slope.Name}' {slope.Type} must be a scalar or one number for each position of axis {axis} of '{x.Name}' {x.Type}.");
            aligned = Reshape(slope, new Shape([.. Enumerable.Range(at, x.Rank - at).Select(a => a == at ? slope.Shape[0] : 1)]));
        }
        return Where(x > 0, x, x * aligned);
    }

    /// <summary>max(x, 0) + min(0, alpha · (e^(x/alpha) - 1)), whose slope is 1 at 0 for every alpha.</summary>
    /// <remarks>Barron, "Continuously differentiable exponential linear units", 2017.</remarks>
    /// <exception cref="GraphException">x is not float32 or float64, or alpha is 0.</exception>
    public static Value Celu(Value x, double alpha = 1)
    {
        RequireFloat("celu", x);
        if (alpha == 0) throw x.Graph.Error("celu", $"alpha for '{x.Name}' is 0; it must not be.");
        return Where(x > 0, x, Expm1(x / alpha) * alpha);
    }

    /// <summary>x / (1 + |x|), between -1 and 1; NaN at ±∞. Its derivative is written as 1 / (1 + |x|)²: as that of the quotient it would cancel, in float64 from 1e8 on.</summary>
    /// <exception cref="GraphException">x is not float32 or float64.</exception>
    public static Value SoftSign(Value x)
    {
        RequireFloat("softsign", x);
        return CustomGradient(v => v / (1 + Abs(v)), c => c.Adjoint * Slope(c.Inputs[0]), c => c.Tangents[0] * Slope(c.Inputs[0]), x);

        static Value Slope(Value v) => Square(1 / (1 + Abs(v)));
    }

    /// <summary>log(1 + e^(beta · x)) / beta: the larger beta, the closer to relu.</summary>
    /// <exception cref="GraphException">x is neither float32 nor float64, or beta is 0.</exception>
    public static Value Softplus(Value x, double beta)
    {
        RequireFloat("softplus", x);
        if (beta == 0) throw x.Graph.Error("softplus", $"beta for '{x.Name}' is 0; it must not be.");
        return beta == 1 ? Softplus(x) : Softplus(x * beta) / beta;
    }

    /// <summary>softmax(-x) along an axis: the smallest number gets the largest share.</summary>
    /// <exception cref="GraphException">x is not float32 or float64, or has no such axis.</exception>
    public static Value Softmin(Value x, int axis = -1)
    {
        Axes.FindReduced(x, [axis], "softmin");
        return Softmax(-RequireFloat("softmin", x), axis);
    }
}
