using GraphGrad.Operations;

namespace GraphGrad;

// Of covariance and correlation matrices, and of normal vectors whose covariance is nearly of low rank.
public static partial class LogDensity
{
    /// <summary>Of the reciprocal of a gamma number.</summary>
    /// <param name="x">The points; there is no mass below 0.</param>
    /// <param name="shape">The gamma number's shape.</param>
    /// <param name="rate">Its rate.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not broadcast.</exception>
    public static Value InverseGamma(Value x, Value shape, Value rate) =>
        Outside(x <= 0, shape * Ops.Log(rate) - (shape + 1) * Ops.Log(x) - rate / x - Ops.LogGamma(shape));

    /// <summary>Of a normal vector whose covariance matrix is W·Wᵀ + diag(d), in as many steps as W has elements and its columns squared.</summary>
    /// <param name="x">The points: the last axis holds the elements of one.</param>
    /// <param name="mean">The mean, of the same last axis.</param>
    /// <param name="factor">W: [elements, columns], or a stack of them, one for each point.</param>
    /// <param name="diagonal">d: [elements], or a stack of them, above 0.</param>
    /// <exception cref="GraphException">The types differ or are not floats, or the shapes do not fit.</exception>
    public static Value LowRankNormal(Value x, Value mean, Value factor, Value diagonal)
    {
        var count = ElementsOf("low-rank normal density", diagonal, 1);
        var distance = x - mean;
        if (factor.Rank < 2 || factor.Shape[^2] != diagonal.Shape[^1] || distance.Rank < 1 || distance.Shape[^1] != diagonal.Shape[^1])
            throw factor.Graph.Error("low-rank normal density", $"the factor '{factor.Name}' {factor.Type} and the diagonal '{diagonal.Name}' {diagonal.Type} do not fit points less their mean of shape {distance.Shape}; they must be [elements, columns] and [elements].");
        var covariance = LowRankCovariance.Of("low-rank normal density", factor, diagonal);
        return -0.5 * (covariance.Squares(distance) + covariance.LogDeterminant) - count * HalfLogTwoPi;
    }

    /// <summary>Of Wishart's distribution of Σ xᵢ·xᵢᵀ of normal vectors x of mean 0, by factors of the matrices.</summary>
    /// <param name="factor">The lower triangular factor of the point: [elements, elements], or a stack of them; the density is that of the point itself, not of its factor.</param>
    /// <param name="degrees">How many vectors; not necessarily whole, above elements - 1.</param>
    /// <param name="scale">The lower triangular factor of the vectors' covariance matrix: [elements, elements], or a stack of them.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the factors are not square matrices of one known extent, or the shapes do not broadcast.</exception>
    public static Value Wishart(Value factor, Value degrees, Value scale)
    {
        var count = (int)ElementsOf("Wishart density", factor, 2);
        if (factor.Shape[^2] != factor.Shape[^1] || scale.Rank < 2 || !scale.Shape[^2..].Equals(factor.Shape[^2..]) || !Broadcasting.TryUnite(factor.Shape, scale.Shape, out var shape, out _))
            throw factor.Graph.Error("Wishart density", $"the factors '{factor.Name}' {factor.Type} and '{scale.Name}' {scale.Type} are no square matrices of one known extent, or stacks of them that broadcast. Reshape them.");
        var logDeterminant = 2 * Ops.Sum(Ops.Log(Ops.Diagonal(factor)), -1);
        var logScale = 2 * Ops.Sum(Ops.Log(Ops.Diagonal(scale)), -1);
        var solved = Ops.TriangularSolve(Ops.BroadcastTo(scale, shape), Ops.BroadcastTo(factor, shape));
        return 0.5 * (degrees - (count + 1)) * logDeterminant - 0.5 * Ops.Sum(Ops.Square(solved), [-2, -1])
            - 0.5 * degrees * (count * Math.Log(2) + logScale) - Ops.LogMultivariateGamma(degrees * 0.5, count);
    }

    /// <summary>Of lower triangular factors of correlation matrices, whose determinants' power is their density (Lewandowski, Kurowicka and Joe, "Generating random correlation matrices", 2009).</summary>
    /// <param name="factor">The factors: [elements, elements], or a stack of them; the rows have length 1.</param>
    /// <param name="concentration">1 makes all correlation matrices alike, more those near the identity likelier.</param>
    /// <exception cref="GraphException">The types differ or are not floats, the factors are not square matrices of a known extent above 1, or the shapes do not broadcast.</exception>
    public static Value LkjCholesky(Value factor, Value concentration)
    {
        var count = (int)ElementsOf("LKJ density", factor, 2);
        if (factor.Shape[^2] != factor.Shape[^1] || count < 2)
            throw factor.Graph.Error("LKJ density", $"the factor '{factor.Name}' {factor.Type} is no square matrix of at least two rows, nor a stack of them. Reshape it.");
        // The first row has one element, 1.
        Value Row(Func<int, double> number) => Ops.Cast(factor.Graph.Constant(Enumerable.Range(1, count).Select(row => row == 1 ? 0 : number(row)).ToArray()), factor.DType);
        var exponents = Ops.ExpandDims(2 * concentration - 2, -1) * Row(_ => 1) + Row(row => count - row);
        var middle = concentration + (count - 1) * 0.5;
        var normalizer = 0.5 * (count - 1) * Math.Log(Math.PI) + Ops.LogMultivariateGamma(middle - 0.5, count - 1) - (count - 1) * Ops.LogGamma(middle);
        return Ops.Sum(exponents * Ops.Log(Ops.Diagonal(factor)), -1) - normalizer;
    }
}
