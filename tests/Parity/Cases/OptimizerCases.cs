namespace GraphGrad.Parity.Cases;

/// <summary>Optimizers with settings that both refuse; what optimizers compute is in <c>Trajectories/</c>.</summary>
internal static class OptimizerCases
{
    public static readonly Case[] All =
    [
        Refuses("optim.SGD rate", () => new GradientDescent(-0.1), "learning rate is -0.1"),
        Refuses("optim.SGD decay", () => new GradientDescent(0.1, weightDecay: -1), "weight decay is -1"),
        Refuses("optim.SGD momentum", () => new Momentum(0.1, momentum: -1), "momentum is -1"),
        Refuses("optim.SGD nesterov without momentum", () => new Nesterov(0.1, momentum: 0), "momentum is 0; it must be above 0"),
        Refuses("optim.Adam rate", () => new Adam(-1), "learning rate is -1"),
        Refuses("optim.Adam beta1", () => new Adam(0.1, beta1: 1), "beta1 is 1"),
        Refuses("optim.Adam beta2", () => new Adam(0.1, beta2: -0.5), "beta2 is -0.5"),
        Refuses("optim.Adam epsilon", () => new Adam(0.1, epsilon: -1e-8), "epsilon is -1E-08"),
        Refuses("optim.AdamW decay", () => new AdamW(0.1, weightDecay: -1), "weight decay is -1"),
        Refuses("optim.Adagrad rate decay", () => new Adagrad(0.1, rateDecay: -1), "rate decay is -1"),
        Refuses("optim.Adagrad start", () => new Adagrad(0.1, start: -1), "start is -1"),
        Refuses("optim.Adadelta rho", () => new Adadelta(1, rho: 1.5), "rho is 1.5"),
        Refuses("optim.Adamax beta2", () => new Adamax(0.1, beta2: 1.5), "beta2 is 1.5"),
        Refuses("optim.NAdam momentum decay", () => new NAdam(0.1, momentumDecay: -1), "momentum decay is -1"),
        Refuses("optim.RAdam beta1", () => new RAdam(0.1, beta1: -1), "beta1 is -1"),
        Refuses("optim.ASGD rate", () => new Asgd(-0.1), "learning rate is -0.1"),
        Refuses("optim.Rprop rate", () => new Rprop(-0.1), "learning rate is -0.1"),
        Refuses("optim.RMSProp alpha", () => new RmsProp(0.1, alpha: -1), "alpha is -1"),
        Refuses("optim.RMSProp momentum", () => new RmsProp(0.1, momentum: -1), "momentum is -1"),
    ];

    private static Case Refuses(string name, Func<Optimizer> create, string message) => Case.Refuses(
        name,
        x =>
        {
            create();
            return x[0];
        },
        message,
        Normal(3));
}
