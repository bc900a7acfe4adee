namespace GraphGrad.Rewriting;

/// <summary>
/// Rewrites after which a function keeps its accuracy, and stays finite, for all arguments for which its true value is finite.
/// Each holds in real arithmetic; its last column says where the expression as written fails. Where several apply, the more
/// special ones come first. A rule about x - y serves y - x, too: negated, or as it is where it only widens what it matched.
/// </summary>
internal static class StabilityRules
{
    public static readonly RuleSet All =
        (ErrorFunctionRules.All + SoftmaxRules.All + ExponentialProductRules.All + DominanceRules.All + LogisticRules.All + VanishingRules.All + HyperbolicRules.All + ExponentialRules.All + CumulationRules.All + AdditionRules.All + CancellationRules.All + BesselRules.All + RemainderRules.All + FiniteDifferenceRules.All + ElementRules.All + LengthRules.All + DifferenceRules.All + LimitRules.All)
        .WithSwappedDifferences(difference => -difference)
        + WideningRules.All.WithSwappedDifferences(widened => widened);
}
