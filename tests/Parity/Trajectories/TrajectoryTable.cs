namespace GraphGrad.Parity.Trajectories;

/// <summary>Every optimizer on every small problem, and networks with two of them.</summary>
internal static class TrajectoryTable
{
    /// <summary>The name of the recording.</summary>
    public const string File = "Trajectories";

    private const int Steps = 200;
    private const string Matrices = "factorization";

    public static readonly Rule[] Rules =
    [
        new("SGD", () => new GradientDescent(0.05)),
        new("SGD decay", () => new GradientDescent(0.05, weightDecay: 0.1)),
        new("SGD momentum", () => new Momentum(0.02)),
        new("SGD momentum dampening decay", () => new Momentum(0.05, 0.8, weightDecay: 0.05, dampening: 0.4)),
        new("SGD nesterov", () => new Nesterov(0.02, 0.8)),
        new("Adam", () => new Adam(0.02)),
        new("Adam slow", () => new Adam(0.002)),
        new("Adam decay", () => new Adam(0.02, 0.8, 0.99, 1e-6, weightDecay: 0.1)),
        new("Adam amsgrad", () => new Adam(0.05, 0.8, 0.95, amsgrad: true)),
        new("AdamW", () => new AdamW(0.02, weightDecay: 0.2)),
        new("AdamW amsgrad", () => new AdamW(0.05, 0.8, 0.95, amsgrad: true)),
        new("Adagrad", () => new Adagrad(0.2)),
        new("Adagrad decays", () => new Adagrad(0.3, rateDecay: 0.02, start: 0.1, weightDecay: 0.05)),
        new("Adadelta", () => new Adadelta(1)),
        new("Adadelta decay", () => new Adadelta(2, 0.95, 1e-5, weightDecay: 0.1)),
        new("Adamax", () => new Adamax(0.05)),
        new("Adamax decay", () => new Adamax(0.05, 0.8, 0.99, weightDecay: 0.1)),
        new("NAdam", () => new NAdam(0.02)),
        new("NAdam decay", () => new NAdam(0.01, 0.8, 0.99, weightDecay: 0.01, momentumDecay: 0.02)),
        new("RAdam", () => new RAdam(0.02)),
        new("RAdam decay", () => new RAdam(0.02, 0.8, 0.99, weightDecay: 0.1)),
        new("ASGD", () => new Asgd(0.05)),
        new("ASGD decay", () => new Asgd(0.1, lambda: 0.01, alpha: 0.6, averageFrom: 20, weightDecay: 0.05)),
        new("Rprop", () => new Rprop(0.01)),
        new("Rprop limits", () => new Rprop(0.02, 0.6, 1.1, 1e-4, 0.1)),
        new("RMSProp", () => new RmsProp(0.01)),
        new("RMSProp centered", () => new RmsProp(0.005, 0.9, epsilon: 0.05, centered: true)),
        new("RMSProp momentum", () => new RmsProp(0.005, momentum: 0.8)),
        new("RMSProp momentum centered decay", () => new RmsProp(0.005, 0.95, 1e-3, momentum: 0.5, centered: true, weightDecay: 0.1)),
        new("Adafactor", () => new Adafactor(0.05)),
        new("Adafactor decay", () => new Adafactor(0.02, decayPower: -0.6, epsilon: 1e-3, scaleFloor: 0.1, clip: 1.5, weightDecay: 0.1)),
        new("LBFGS", (loss, w) => new Lbfgs(0.5, gradientTolerance: 1e-5).Minimize(loss, w)),
        new("LBFGS short", (loss, w) => new Lbfgs(0.5, maximumIterations: 5, history: 5).Minimize(loss, w)),
        new("LBFGS strong Wolfe", (loss, w) => new Lbfgs(1, maximumIterations: 4, strongWolfe: true).Minimize(loss, w)),
        new("LBFGS strong Wolfe far", (loss, w) => new Lbfgs(3, 2, maximumEvaluations: 40, changeTolerance: 1e-5, history: 3, strongWolfe: true).Minimize(loss, w)),
    ];

    /// <summary>Rules for matrices alone.</summary>
    public static readonly Rule[] MatrixRules =
    [
        new("Muon", () => new Muon(0.02)),
        new("Muon matching Adam", () => new Muon(0.05, 0.8, nesterov: false, weightDecay: 0, polynomialSteps: 3, matchAdam: true)),
    ];

    public static readonly Problem[] Problems =
    [
        // With a penalty, so that the loss at the minimum is not 0, to which nothing is near.
        new("himmelblau", Steps, [Values(-1, 1.5)], [], (p, _) => Himmelblau(p[0][0], p[0][1])),
        new("logistic", Steps, [Normal(3), Normal()], [Normal(20, 3), Bools(20)], (p, d) =>
        {
            var labels = Cast(d[1], p[0].DType);
            return Losses.BinaryCrossEntropyFromLogits(MatMul(d[0], p[0]) + p[1], labels) + Sum(Square(p[0])) * 0.01;
        }),
        new(Matrices, Steps, [Normal(6, 2), Normal(2, 5)], [Normal(6, 5)], (p, d) => Mean(Square(d[0] - MatMul(p[0], p[1])))),
    ];

    public static IEnumerable<Problem> AllProblems => [.. Problems, .. NetworkProblems.All];

    public static Trajectory[] All { get; } =
    [
        .. from problem in Problems from rule in Rules select Follow(problem, rule),
        .. from rule in MatrixRules select Follow(Problems.Single(p => p.Name == Matrices), rule),
        .. from problem in NetworkProblems.All from rule in Rules where rule.Name is "Adam slow" or "SGD momentum" select new Trajectory(problem, rule),
    ];

    // Around the minimum of the matrices these rules' steps do not get smaller and roundings grow from step to step: libtorch's own losses in float64, from starts that differ in the last place of one number,
    // are more than 1e-9 apart from step 82 at the earliest and up to 3e-2 later (Adafactor), 101 and 1e-6 (its other settings), 188 and 4e-7 (Muon). Before that they agree to the last places.
    private static Trajectory Follow(Problem problem, Rule rule) => new(
        problem.Name != Matrices ? problem : problem with { Steps = rule.Name switch { "Adafactor" or "Adafactor decay" => 60, "Muon" => 150, _ => Steps } }, rule);

    private static Value Himmelblau(Value x, Value y) =>
        (Square(x * x + y - 11) + Square(x + y * y - 7)) / 50 + (x * x + y * y) / 10;
}
