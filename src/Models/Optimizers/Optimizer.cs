namespace GraphGrad;

/// <summary>
/// A rule that moves variables against their gradients. It only builds graph: one run of the node it returns is one step.
/// What it remembers between steps are variables named after the ones they serve, such as <c>w/adam_m</c>; each call of
/// <see cref="Minimize"/> or <see cref="Apply"/> makes its own.
/// </summary>
public abstract class Optimizer
{
    private readonly double weightDecay;

    /// <summary>What all rules share.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="weightDecay">Times the variable, added to the gradient before the rule sees it (an L2 penalty); 0 for none.</param>
    /// <exception cref="GraphException">The rate is negative, not finite or no float scalar, or the decay is negative or NaN.</exception>
    private protected Optimizer(LearningRate learningRate, double weightDecay)
    {
        LearningRate = learningRate.RequiredBy(Name);
        this.weightDecay = Require("weight decay", weightDecay, weightDecay >= 0, "at least 0");
    }

    /// <summary>The step size.</summary>
    public LearningRate LearningRate { get; }

    /// <summary>Differentiates a loss and builds one step of the rule.</summary>
    /// <param name="loss">A float scalar.</param>
    /// <param name="variables">What to move; if none is given, every trainable variable that the loss depends on.</param>
    /// <returns>The node whose run is one step.</returns>
    /// <exception cref="GraphException">The loss is not a float scalar, depends on no trainable variable, or not on one of those given.</exception>
    public Node Minimize(Value loss, params ReadOnlySpan<Variable> variables)
    {
        var targets = variables.Length > 0 ? variables.ToArray() : TrainableVariables.Of(loss, Name);
        return Apply(Ops.Gradients(loss, targets), targets);
    }

    /// <summary>Differentiates what is to grow and builds one step of the rule towards more of it; weight decay still pulls towards 0.</summary>
    /// <param name="objective">A float scalar.</param>
    /// <param name="variables">What to move; if none is given, every trainable variable that the objective depends on.</param>
    /// <returns>The node whose run is one step.</returns>
    /// <exception cref="GraphException">As for <see cref="Minimize"/>.</exception>
    public Node Maximize(Value objective, params ReadOnlySpan<Variable> variables) => Minimize(-objective, variables);

    /// <summary>Builds one step of the rule from gradients that are at hand, for example clipped ones.</summary>
    /// <param name="gradients">One for each variable, of its type and shape.</param>
    /// <param name="variables">What to move.</param>
    /// <returns>The node whose run is one step.</returns>
    /// <exception cref="GraphException">There is no variable, the counts differ, or a gradient has another type or shape than its variable.</exception>
    public Node Apply(IReadOnlyList<Value> gradients, IReadOnlyList<Variable> variables)
    {
        if (variables.Count == 0) throw new GraphException($"{Name}: there is no variable to move; give at least one. Built at {Origin.Capture()}.");
        if (gradients.Count != variables.Count)
            throw new GraphException($"{Name}: {gradients.Count} gradients for {variables.Count} variables; give one gradient for each. Built at {Origin.Capture()}.");
        var step = new OptimizerStep(variables[0].Graph, Name, LearningRate);
        for (var i = 0; i < variables.Count; i++)
        {
            var (variable, gradient) = (variables[i], gradients[i]);
            if (gradient.DType != variable.DType || !gradient.Shape.Equals(variable.Shape))
                throw new GraphException($"{Name}: the gradient '{gradient.Name}' is {gradient.DType.Text()}{gradient.Shape}, its variable '{variable.Name}' {variable.DType.Text()}{variable.Shape}; they must be of one type and shape. Built at {gradient.Node.Origin}.");
            Update(step, variable, weightDecay == 0 ? gradient : gradient + variable * weightDecay);
        }
        return Ops.Group([.. step.Updates]);
    }

    /// <summary>The rule's name in the names of its variables and in messages.</summary>
    private protected abstract string Name { get; }

    /// <summary>Builds the assignments of one variable and of what the rule remembers for it.</summary>
    private protected abstract void Update(OptimizerStep step, Variable variable, Value gradient);

    /// <summary>Refuses a setting outside its range.</summary>
    private protected double Require(string what, double number, bool holds, string range) =>
        holds ? number : throw new GraphException($"{Name}: {what} is {number}; it must be {range}. Built at {Origin.Capture()}.");
}
