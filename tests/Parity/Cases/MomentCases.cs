namespace GraphGrad.Parity.Cases;

/// <summary>Means and variances of distributions, what is relaxed, and what a function makes of a distribution.</summary>
internal static class MomentCases
{
    private const int Roundings = 60;

    private static readonly Recipe Location = Normal(4, 1);

    private static readonly Recipe Scale = Uniform(0.5, 2, 5);

    private static readonly Recipe Shape = Uniform(0.5, 3, 4, 1);

    private static readonly Recipe Share = Uniform(0.1, 0.9, 5);

    public static readonly Case[] All = [.. Moments, .. Relaxed, .. Transformed, .. Ends];

    private static Case[] Moments =>
    [
        Row("distributions.LogNormal mean and variance", x => (Expectation.LogNormal(x[0], x[1]), Variance.LogNormal(x[0], x[1])), "Expectation.LogNormal", Location, Uniform(0.3, 1, 5)),
        Row("distributions.HalfNormal mean and variance", x => (Expectation.HalfNormal(x[0]), Variance.HalfNormal(x[0])), "Expectation.HalfNormal", Scale),
        Row("distributions.Laplace variance", x => Variance.Laplace(x[0]), "Variance.Laplace", Scale),
        Row("distributions.Gumbel mean and variance", x => (Expectation.Gumbel(x[0], x[1]), Variance.Gumbel(x[1])), "Expectation.Gumbel", Location, Scale),
        Row("distributions.Uniform mean and variance", x => (Expectation.Uniform(x[0], x[1]), Variance.Uniform(x[0], x[1])), "Expectation.Uniform", Location, Uniform(3, 5, 5)),
        Row("distributions.Exponential mean and variance", x => (Expectation.Exponential(x[0]), Variance.Exponential(x[0])), "Expectation.Exponential", Scale),
        Row("distributions.Gamma mean and variance", x => (Expectation.Gamma(x[0], x[1]), Variance.Gamma(x[0], x[1])), "Expectation.Gamma", Shape, Scale),
        Row("distributions.FisherSnedecor mean and variance", x => (Expectation.FisherSnedecor(x[1]), Variance.FisherSnedecor(x[0], x[1])), "Expectation.FisherSnedecor", Shape, Uniform(4.5, 9, 5)),
        Row("distributions.Pareto mean and variance", x => (Expectation.Pareto(x[0], x[1]), Variance.Pareto(x[0], x[1])), "Expectation.Pareto", Shape, Uniform(2.5, 5, 5)),
        Row("distributions.Weibull mean and variance", x => (Expectation.Weibull(x[0], x[1]), Variance.Weibull(x[0], x[1])), "Expectation.Weibull", Shape, Scale) with { Derivatives = Derivatives.None },
        Row("distributions.Beta mean and variance", x => (Expectation.Beta(x[0], x[1]), Variance.Beta(x[0], x[1])), "Expectation.Beta", Shape, Scale),
        Row("distributions.Kumaraswamy mean and variance", x => (Expectation.Kumaraswamy(x[0], x[1]), Variance.Kumaraswamy(x[0], x[1])), "Expectation.Kumaraswamy", Shape, Scale) with { Derivatives = Derivatives.None },
        Row("distributions.Dirichlet mean and variance", x => (Expectation.Dirichlet(x[0]), Variance.Dirichlet(x[0])), "Expectation.Dirichlet", Uniform(0.5, 3, 2, 3)),
        Row("distributions.Bernoulli variance", x => Variance.Bernoulli(x[0]), "Variance.Bernoulli", Share),
        Row("distributions.Geometric mean and variance", x => (Expectation.Geometric(x[0]), Variance.Geometric(x[0])), "Expectation.Geometric", Share),
        Row("distributions.Binomial mean and variance", x => (Expectation.Binomial(StopGradient(x[0]), x[1]), Variance.Binomial(StopGradient(x[0]), x[1])), "Expectation.Binomial", Values(3, 7, 2, 1).Shaped(4, 1), Share),
        Row("distributions.NegativeBinomial mean and variance", x => (Expectation.NegativeBinomial(x[0], x[1]), Variance.NegativeBinomial(x[0], x[1])), "Expectation.NegativeBinomial", Shape, Share),
        Row("distributions.StudentT mean and variance", x => (Expectation.StudentT(x[0], x[1]), Variance.StudentT(x[0], x[2])), "Expectation.StudentT", Uniform(2.5, 8, 4, 1), Normal(5), Scale),
        Row("distributions.InverseGamma mean and variance", x => (Expectation.InverseGamma(x[0], x[1]), Variance.InverseGamma(x[0], x[1])), "Expectation.InverseGamma", Uniform(2.5, 5, 4, 1), Scale),
    ];

    private static Case[] Relaxed =>
    [
        Row("distributions.RelaxedBernoulli", x => LogDensity.RelaxedBernoulli(x[0], StopGradient(x[1]), x[2]), "LogDensity.RelaxedBernoulli", Uniform(0.1, 0.9, 3, 5), Values(0.7), Normal(5)),
        Row("distributions.LogitRelaxedBernoulli", x => LogDensity.RelaxedBernoulliLogit(x[0], StopGradient(x[1]), x[2]), "LogDensity.RelaxedBernoulliLogit", Normal(3, 5), Values(0.7), Normal(5)),
        Row("distributions.RelaxedOneHotCategorical", x => LogDensity.RelaxedCategorical(Softmax(x[0]), StopGradient(x[1]), x[2]), "LogDensity.RelaxedCategorical", Normal(3, 4), Values(0.7).Shaped(), Normal(4)),
        Row("distributions.ExpRelaxedCategorical", x => LogDensity.RelaxedCategoricalLog(LogSoftmax(x[0]), StopGradient(x[1]), x[2]), "LogDensity.RelaxedCategoricalLog", Normal(3, 4), Values(0.7).Shaped(), Normal(4)),
        Row("distributions.OneHotCategorical", x => LogDensity.OneHotFromLogits(StopGradient(x[0]), x[1]), "LogDensity.OneHotFromLogits", Values(0, 1, 0, 0, 0, 1, 1, 0, 0).Shaped(3, 3), Normal(3)),
        Row("distributions.Independent", x => Sum(LogDensity.Normal(x[0], x[1], x[2]), [-2, -1]), "LogDensity", Normal(2, 4, 5), Location, Scale),
        Row("distributions.InverseGamma", x => LogDensity.InverseGamma(x[0], x[1], x[2]), "LogDensity.InverseGamma", Uniform(0.2, 4, 3, 1, 5), Shape, Scale) with { Derivatives = Derivatives.None },
        Row("distributions.MixtureSameFamily", x => LogDensity.Mixture(LogDensity.Normal(ExpandDims(x[0], -1), x[1], x[2]), x[3]), "LogDensity.Mixture", Normal(5), Normal(3), Uniform(0.5, 2, 3), Normal(3)),
    ];

    private static Case[] Transformed =>
    [
        Function("distributions.transforms.ExpTransform", x => Both(Bijection.Exp, x[0]), Normal(4)),
        Function("distributions.transforms.LogTransform", x => Both(Bijection.Log, x[0]), Uniform(0.2, 4, 5)),
        Function("distributions.transforms.SigmoidTransform", x => Both(Bijection.Sigmoid, x[0]), Normal(4)),
        Function("distributions.transforms.TanhTransform", x => Both(Bijection.Tanh, x[0]), Normal(4)),
        Function("distributions.transforms.SoftplusTransform", x => Both(Bijection.Softplus, x[0]), Normal(4)),
        Function("distributions.transforms.AffineTransform", x => Both(Bijection.Affine(x[1], x[2]), x[0]), Normal(4), Normal(4), Values(-2, 0.5, 1.5, 3)),
        Function("distributions.transforms.PowerTransform", x => Both(Bijection.Power(x[1]), x[0]), Uniform(0.2, 4, 4), Values(0.5, 2, -1.5, 3)),
        Function("distributions.transforms.StickBreakingTransform", x => Both(Bijection.StickBreaking, x[0]), Normal(3, 4)),
        Function("distributions.transforms.ComposeTransform", x => Both(Bijection.Affine(x[1], x[2]).Then(Bijection.Sigmoid), x[0]), Normal(4), Normal(4), Uniform(0.5, 2, 4)),
        Function("distributions.transforms.IndependentTransform", x => Both(Bijection.Exp.Independent(), x[0]), Normal(3, 4)),
        Function("distributions.transforms.ReshapeTransform", x => Both(Bijection.Reshape([2, 3], [6]).Then(Bijection.Tanh), x[0]), Normal(2, 2, 3)),
        Function("distributions.transforms.CatTransform", x => Both(Bijection.Concat([Bijection.Exp, Bijection.Tanh], [2, 3], -1), x[0]), Normal(2, 5)),
        Function("distributions.transforms.CatTransform of vectors", x => Both(Bijection.Concat([Bijection.StickBreaking.Then(Bijection.StickBreaking.Inverted()), Bijection.Tanh], [1, 2], -2), x[0]), Normal(3, 4)),
        Function("distributions.transforms.StackTransform", x => Both(Bijection.Stack([Bijection.Sigmoid, Bijection.Softplus, Bijection.Identity]), x[0]), Normal(3, 4)),
        Function("distributions.transforms.LowerCholeskyTransform", x => Both(Bijection.LowerCholesky, x[0]), Normal(2, 3, 3)),
        Function("distributions.transforms.PositiveDefiniteTransform", x => Both(Bijection.PositiveDefinite, x[0]), Normal(2, 3, 3)),
        Function("distributions.biject_to", x => Both(Constraint.Between(x[1], x[1] + x[2]).Bijection, x[0]), Normal(4), Normal(4), Uniform(0.5, 2, 4)) with { Ours = "Constraint.Bijection" },
        Function("distributions.biject_to a half line", x => Both(Constraint.Above(x[1]).Bijection, x[0]), Normal(4), Normal(4)) with { Ours = "Constraint.Bijection" },
        Function("distributions.biject_to the other half line", x => Both(Constraint.Below(x[1]).Bijection, x[0]), Normal(4), Normal(4)) with { Ours = "Constraint.Bijection" },
        Case.Refuses("distributions.transforms.ReshapeTransform of other counts", x => Bijection.Reshape([2, 3], [5]).Forward(x[0]), "there must be as many", Normal(2, 3)),
        Case.Refuses("distributions.transforms.CatTransform of other extents", x => Bijection.Concat([Bijection.Exp, Bijection.Tanh], [2, 4], -1).Forward(x[0]), "must have 6 places", Normal(2, 5)),
        Function("distributions.TransformedDistribution", x => LogDensity.Transformed(Sigmoid(x[0]), Bijection.Affine(x[1], x[2]).Then(Bijection.Sigmoid), LogDensityOfNormal), Normal(4), Normal(4), Uniform(0.5, 2, 4)),
    ];

    private static Case[] Ends =>
    [
        new("cartesian_prod of one vector", x => CartesianProduct(x[0]), [[Normal(3)], [Wholes(3, 1)]]),
        // 0 where the formula is; the other way it grows without bound.
        new Case("distributions.Bernoulli kl_divergence at ends", x => Divergence.Bernoulli(x[0], x[1]), [[Values(0, 1, 0, 1), Values(0, 1, 0.25, 0.25)]]) { Derivatives = Derivatives.First, Ours = "Divergence.Bernoulli" }
            .Instead("libtorch differentiates by 0·∞ what is put to 0; of q·log(q/r), q = 0, GraphGrad takes nothing", p => p.Part == Part.Gradient ? p.Weight * Slopes[p.Index][p.Element] : null),
        new Case("distributions.Uniform outside", x => LogDensity.Uniform(x[0], x[1], x[2]), [[Values(-1, 0.5, 3, 2), Values(0, 0, 0, 0), Values(2, 2, 2, 2)]]) { Derivatives = Derivatives.First, Ours = "LogDensity.Uniform" }
            .Instead("outside the density is 0 whatever the ends are; libtorch differentiates the logarithm of its height inside", p => p.Part == Part.Gradient && p.X() is < 0 or >= 2 ? 0 : null),
    ];

    // -log(1 - p) - 1 and 1 at p = 0 with q = 0, …
    private static readonly double[][] Slopes =
    [
        [-1, 1, Math.Log(0.75) - 1, Math.Log(4) + 1],
        [1, -1, 4.0 / 3, -4],
    ];

    private static Value LogDensityOfNormal(Value x) => LogDensity.Normal(x);

    private static Results Both(Bijection function, Value x) => function.Forward(x) is var y ? (y, function.Inverse(y), function.LogDeterminant(x, y)) : x;

    private static Case Function(string name, Func<Value[], Results> function, params Recipe[] inputs) =>
        new(name, function, [inputs]) { By = Measure.Norm, Derivatives = Derivatives.First, Roundings = Roundings, Ours = name.Contains("transforms", StringComparison.Ordinal) ? "Bijection" : "LogDensity.Transformed" };

    private static Case Row(string name, Func<Value[], Results> function, string ours, params Recipe[] inputs) => new(name, function, [inputs]) { By = Measure.Norm, Roundings = Roundings, Ours = ours };
}
