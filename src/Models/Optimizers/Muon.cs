namespace GraphGrad;

/// <summary>
/// Momentum made orthogonal, for the weight matrices of hidden layers: m ← momentum · m + (1 - momentum) · g; w ← w · (1 - rate · weightDecay) - rate · s · O, where O is near the matrix with the singular vectors of
/// (1 - momentum) · g + momentum · m and singular values 1, by steps of a polynomial (Newton and Schulz): X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ (Jordan, "Muon: an optimizer for hidden layers in neural networks", 2024;
/// in PyTorch's form, but in the variable's own type, where PyTorch computes X in bfloat16).
/// </summary>
public sealed class Muon : Optimizer
{
    // The slope at 0 is as large as it gets while singular values end between 0.7 and 1.2.
    private static readonly (double A, double B, double C) Polynomial = (3.4445, -4.7750, 2.0315);

    private readonly double momentum;
    private readonly bool nesterov;
    private readonly double decoupledDecay;
    private readonly int polynomialSteps;
    private readonly double epsilon;
    private readonly bool matchAdam;

    /// <summary>Muon; the defaults are PyTorch's but for the rate, there 0.001.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the mean gradient is kept from step to step.</param>
    /// <param name="nesterov">Whether the gradient is mixed in once more; otherwise m alone is made orthogonal.</param>
    /// <param name="weightDecay">rate · weightDecay · w is subtracted from the variable.</param>
    /// <param name="polynomialSteps">How many steps of the polynomial.</param>
    /// <param name="epsilon">The norm by which the matrix is divided before is at least this.</param>
    /// <param name="matchAdam">s: of a matrix of n rows and k columns √max(1, n/k); or, so that steps are about as large as Adam's, 0.2·√max(n, k).</param>
    /// <exception cref="GraphException">A setting is out of range; when a step is built: a variable is no matrix.</exception>
    public Muon(
        LearningRate learningRate, double momentum = 0.95, bool nesterov = true, double weightDecay = 0.1, int polynomialSteps = 5, double epsilon = 1e-7, bool matchAdam = false)
        : base(learningRate, 0)
    {
        this.momentum = Require("momentum", momentum, momentum is >= 0 and <= 1, "between 0 and 1");
        decoupledDecay = Require("weight decay", weightDecay, weightDecay >= 0, "at least 0");
        this.polynomialSteps = (int)Require("number of polynomial steps", polynomialSteps, polynomialSteps is >= 0 and < 100, "at least 0 and below 100");
        this.epsilon = Require("epsilon", epsilon, epsilon >= 0, "at least 0");
        (this.nesterov, this.matchAdam) = (nesterov, matchAdam);
    }

    private protected override string Name => "muon";

    private protected override void Update(OptimizerStep step, Variable variable, Value gradient)
    {
        if (variable.Rank != 2)
            throw new GraphException($"{Name}: '{variable.Name}' {variable.DType.Text()}{variable.Shape} is no matrix; move vectors, embeddings and kernels with another optimizer, as AdamW, and group both steps. Built at {Origin.Capture()}.");
        var slot = step.Slot(variable, "m");
        var mean = slot + ((gradient - slot) * (1 - momentum));
        step.Assign(slot, mean);
        var direction = Orthogonal(nesterov ? gradient + ((mean - gradient) * momentum) : mean);
        var (rows, columns) = (variable.Shape[0].Value, variable.Shape[1].Value);
        var scale = matchAdam ? 0.2 * Math.Sqrt(Math.Max(rows, columns)) : Math.Sqrt(Math.Max(1, (double)rows / columns));
        var rate = step.Rate(variable.DType);
        step.Assign(variable, (variable * (1 - (rate * decoupledDecay))) - (rate * scale * direction));
    }

    /// <summary>Of a tall matrix the transpose is taken, so that the products are small.</summary>
    private Value Orthogonal(Value matrix)
    {
        var isTall = matrix.Shape[0].Value > matrix.Shape[1].Value;
        var x = isTall ? Ops.Transpose(matrix) : matrix;
        x /= Ops.Maximum(Ops.Sqrt(Ops.Sum(Ops.Square(x))), epsilon);
        for (var i = 0; i < polynomialSteps; i++)
        {
            var gram = Ops.MatMul(x, Ops.Transpose(x));
            x = (Polynomial.A * x) + Ops.MatMul((Polynomial.B * gram) + (Polynomial.C * Ops.MatMul(gram, gram)), x);
        }
        return isTall ? Ops.Transpose(x) : x;
    }
}
