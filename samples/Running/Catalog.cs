namespace GraphGrad.Samples.Running;

/// <summary>All samples, in the order in which to read them.</summary>
internal static class Catalog
{
    public const string Default = "digits";

    public static IReadOnlyList<Sample> All { get; } =
    [
        new("polynomial", "y = x² + x³ + 5 and its derivative at 2", Polynomial.Run),
        new("softmax-mse", "a linear layer, softmax and mean squared error, with gradients", SoftmaxMse.Run),
        new("chain-rule", "two linear maps: dy2/dw1 = dy2/dy1 · dy1/dw1", ChainRule.Run),
        new("himmelblau-gd", "30,000 gradient-descent steps in one call, with a fixed and with a decaying rate", HimmelblauGd.Run),
        new("himmelblau-optimizers", "seven optimizers on one surface, and the way to each of its four minima", HimmelblauOptimizers.Run),
        new("logistic", "logistic regression on four points", Logistic.Run),
        new("graph-attributes", "where a PyTorch user finds requires_grad, no_grad, grad_fn and the like", GraphAttributes.Run),
        new("sin-layer", "a dense layer of one's own, with sin as activation", SinLayer.Run),
        new("unstable", "1/exp(x) at 100 in float32: as written, with a custom gradient, and automatically stable", Unstable.Run),
        new("undefined-derivative", "a function that has no derivative at 0, given one", UndefinedDerivative.Run),
        new("forward-mode", "derivatives by forward differentiation", ForwardMode.Run),
        new("descent-path", "gradient descent on x², drawn", DescentPath.Run),
        new("digits", "a convolutional network learns to read handwritten digits", Digits.Run),
    ];

    public static Sample? Find(string name) => All.FirstOrDefault(sample => sample.Name == name);
}
