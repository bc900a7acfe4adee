namespace GraphGrad;

/// <summary>
/// L-BFGS: w ← w + t·d with d = -H·g, where H is the inverse Hessian that the last steps s and changes y of the gradient imply, from yᵀs / yᵀy times the identity. All variables are
/// one vector. It evaluates the loss and its gradient anew at every point that it comes to, several times in one step, so there is no step for gradients that are at hand. The whole step is one loop in the plan; what it
/// remembers are variables whose names begin with <c>lbfgs</c>. As PyTorch's LBFGS.
/// </summary>
/// <remarks>
/// Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; the recursion is Nocedal and Wright, "Numerical optimization", 2006, algorithm 7.4. What the loss draws at random that
/// does not depend on the variables, as masks of dropout, is drawn once for a step. NaN goes on to the variables.
/// </remarks>
public sealed class Lbfgs
{
    private const string Name = "lbfgs";
    private const double LeastCurvature = 1e-10;

    private readonly LearningRate learningRate;
    private readonly int maximumIterations;
    private readonly int maximumEvaluations;
    private readonly double gradientTolerance;
    private readonly double changeTolerance;
    private readonly int history;
    private readonly bool strongWolfe;

    /// <summary>L-BFGS; the defaults are PyTorch's.</summary>
    /// <param name="learningRate">t, or where the line search begins; in the very first iteration it is divided by the sum of the gradient's magnitudes where that is above 1. PyTorch's default is 1.</param>
    /// <param name="maximumIterations">How many directions a step goes along at most.</param>
    /// <param name="maximumEvaluations">After how many evaluations of the loss a step goes along no other direction; by default 5/4 of the iterations.</param>
    /// <param name="gradientTolerance">A step ends where no element of the gradient is larger in magnitude.</param>
    /// <param name="changeTolerance">A step ends where the slope along the direction, the largest change of an element, or that of the loss is not larger.</param>
    /// <param name="history">How many pairs of s and y are kept, each as large as all variables; pairs of which yᵀs is at most 1e-10 are not.</param>
    /// <param name="strongWolfe">Whether t is searched for until it meets the strong Wolfe conditions, by cubic interpolation.</param>
    /// <exception cref="GraphException">A setting is out of range.</exception>
    public Lbfgs(
        LearningRate learningRate, int maximumIterations = 20, int? maximumEvaluations = null, double gradientTolerance = 1e-7, double changeTolerance = 1e-9, int history = 100, bool strongWolfe = false)
    {
        this.learningRate = learningRate.RequiredBy(Name);
        this.maximumIterations = maximumIterations;
        this.maximumEvaluations = maximumEvaluations ?? (int)Math.Min(maximumIterations * 5L / 4, int.MaxValue);
        (this.gradientTolerance, this.changeTolerance, this.history, this.strongWolfe) = (gradientTolerance, changeTolerance, history, strongWolfe);
        Require("number of iterations", maximumIterations, maximumIterations >= 1, "at least 1");
        Require("number of evaluations", this.maximumEvaluations, this.maximumEvaluations >= 1, "at least 1");
        Require("gradient tolerance", gradientTolerance, gradientTolerance >= 0, "at least 0");
        Require("change tolerance", changeTolerance, changeTolerance >= 0, "at least 0");
        Require("history", history, history >= 1, "at least 1");

        static void Require(string what, double number, bool holds, string range)
        {
            if (!holds) throw new GraphException($"{Name}: {what} is {number}; it must be {range}. Built at {Origin.Capture()}.");
        }
    }

    /// <summary>Builds one step towards less of a loss.</summary>
    /// <param name="loss">A float scalar.</param>
    /// <param name="variables">What to move; if none is given, every trainable variable that the loss depends on.</param>
    /// <returns>The node whose run is one step.</returns>
    /// <exception cref="GraphException">The loss is not a float scalar, depends on no trainable variable, or not on one of those given.</exception>
    public Node Minimize(Value loss, params ReadOnlySpan<Variable> variables)
    {
        var targets = variables.Length > 0 ? variables.ToArray() : TrainableVariables.Of(loss, Name);
        return new Step(this, loss, targets).Build();
    }

    /// <summary>Builds one step towards more of what is to grow.</summary>
    /// <param name="objective">A float scalar.</param>
    /// <param name="variables">What to move; if none is given, every trainable variable that the objective depends on.</param>
    /// <returns>The node whose run is one step.</returns>
    /// <exception cref="GraphException">As for <see cref="Minimize"/>.</exception>
    public Node Maximize(Value objective, params ReadOnlySpan<Variable> variables) => Minimize(-objective, variables);

    /// <summary>What an iteration hands to the next.</summary>
    /// <param name="X">All variables.</param>
    /// <param name="Loss">The loss there, in float64, in which all that is decided by is computed.</param>
    /// <param name="Gradient">Its gradient.</param>
    /// <param name="Count">How many iterations of this step there were.</param>
    /// <param name="Evaluations">How many evaluations.</param>
    /// <param name="GoesOn">Whether there is another iteration.</param>
    /// <param name="Memory">What the next step remembers, too.</param>
    private sealed record State(Value X, Value Loss, Value Gradient, Value Count, Value Evaluations, Value GoesOn, Memory Memory)
    {
        public Value[] Carries => [X, Loss, Gradient, Count, Evaluations, GoesOn, .. Memory.Values];

        public static State Of(Value[] c) => new(c[0], c[1], c[2], c[3], c[4], c[5], Memory.Of(c[6..]));
    }

    /// <summary>What an iteration knows of earlier ones, of this step and of those before.</summary>
    /// <param name="Number">How many iterations there were in all steps.</param>
    /// <param name="Before">The gradient before the last move.</param>
    /// <param name="Move">The last move.</param>
    /// <param name="Scale">yᵀs / yᵀy of the newest pair.</param>
    /// <param name="Kept">How many pairs there were that were kept; the newest stands in the row of this number less 1, and they go round.</param>
    /// <param name="Moves">s of the pairs, a row each.</param>
    /// <param name="Changes">y of the pairs.</param>
    /// <param name="Inverses">1 / yᵀs of the pairs.</param>
    private sealed record Memory(Value Number, Value Before, Value Move, Value Scale, Value Kept, Value Moves, Value Changes, Value Inverses)
    {
        public Value[] Values => [Number, Before, Move, Scale, Kept, Moves, Changes, Inverses];

        public static Memory Of(IReadOnlyList<Value> v) => new(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    }

    /// <summary>One step of an L-BFGS on given variables, while it is built.</summary>
    private sealed class Step
    {
        private readonly Lbfgs settings;
        private readonly Graph graph;
        private readonly Value loss;
        private readonly Variable[] variables;
        private readonly DType type;
        private readonly Value rate;

        public Step(Lbfgs settings, Value loss, Variable[] variables)
        {
            (this.settings, this.loss, this.variables, graph) = (settings, loss, variables, loss.Graph);
            type = variables.Any(v => v.DType == DType.Float64) ? DType.Float64 : DType.Float32;
            rate = settings.learningRate.In(graph, DType.Float64);
        }

        public Node Build()
        {
            var gradient = Vector(Ops.Gradients(loss, variables));
            var memory = Remembered(gradient.Shape[0]);
            var start = new State(
                Vector(variables), Ops.Cast(loss, DType.Float64), gradient, graph.Constant(0L), graph.Constant(1L),
                Ops.Not(Largest(gradient) <= settings.gradientTolerance), Memory.Of(memory));
            var end = State.Of(Ops.While(c => State.Of(c).GoesOn, c => Iterate(State.Of(c)).Carries, start.Carries, settings.maximumIterations));
            var parts = Parts(end.X);
            return Ops.Group([.. variables.Zip(parts, Ops.Assign), .. memory.Zip(end.Memory.Values, Ops.Assign)]);
        }

        private Variable[] Remembered(Dim count)
        {
            Variable Floats(string what, Shape shape, double start = 0) =>
                graph.Variable($"{Name}_{what}", Ops.BroadcastTo(ScalarConstant.Of(graph, start, type), shape), trainable: false);
            Variable Counter(string what) => graph.Variable($"{Name}_{what}", 0L, trainable: false);
            var rows = settings.history;
            return
            [
                Counter("iteration"), Floats("gradient", [count]), Floats("move", [count]), Floats("scale", [], 1),
                Counter("pairs"), Floats("moves", [rows, count]), Floats("changes", [rows, count]), Floats("inverses", [rows]),
            ];
        }

        private State Iterate(State now)
        {
            var (g, memory) = (now.Gradient, WithPair(now));
            var direction = Direction(g, memory);
            var isFirst = Ops.Equal(memory.Number, 0);
            var length = Ops.Where(isFirst, rate * Ops.Minimum(1 / Ops.Cast(Ops.Sum(Ops.Abs(g)), DType.Float64), 1), rate);
            var slope = Product(g, direction);
            // Written so that NaN goes on.
            var moves = Ops.Not(slope > -settings.changeTolerance);
            var count = now.Count + 1;
            var from = new LinePoint(graph.Constant(0.0), now.Loss, slope, g);
            LinePoint Evaluate(Value t) => At(now.X + (Scalar(t) * direction), t, direction);
            var (to, evaluations) = settings.strongWolfe
                ? StrongWolfeSearch.Along(Evaluate, from, length, Ops.Cast(Largest(direction), DType.Float64), moves, settings.changeTolerance)
                : Move(Evaluate, from, length, moves & (count < settings.maximumIterations));
            var move = Scalar(Ops.Where(moves, to.Length, length)) * direction;
            var evaluated = now.Evaluations + evaluations;
            var goesOn = moves & (count < settings.maximumIterations) & (evaluated < settings.maximumEvaluations)
                & Ops.Not(Largest(to.Gradient) <= settings.gradientTolerance)
                & Ops.Not(Largest(move) <= settings.changeTolerance)
                & Ops.Not(Ops.Abs(to.Loss - now.Loss) < settings.changeTolerance);
            return new State(
                Ops.Where(moves, now.X + move, now.X), to.Loss, to.Gradient, count, evaluated, goesOn,
                memory with { Number = memory.Number + 1, Before = g, Move = move });
        }

        /// <summary>The step without a search; after the last one the loss is not evaluated.</summary>
        private static (LinePoint To, Value Evaluations) Move(Func<Value, LinePoint> evaluate, LinePoint from, Value length, Value isEvaluated)
        {
            var to = evaluate(length);
            return (
                new LinePoint(length, Ops.Cond(isEvaluated, to.Loss, from.Loss), from.Slope, Ops.Cond(isEvaluated, to.Gradient, from.Gradient)),
                Ops.Cast(isEvaluated, DType.Int64));
        }

        private LinePoint At(Value x, Value length, Value direction)
        {
            var parts = Parts(x);
            var there = Ops.Substitute(loss, [.. variables.Zip(parts, (v, part) => ((Value)v, part))]);
            var gradient = Vector(Ops.Gradients(there, parts));
            return new LinePoint(length, Ops.Cast(there, DType.Float64), Product(gradient, direction), gradient);
        }

        /// <summary>The memory with the last move and the change of the gradient that came of it.</summary>
        private Memory WithPair(State now)
        {
            var memory = now.Memory;
            var change = now.Gradient - memory.Before;
            var curvature = Ops.Sum(change * memory.Move);
            var isKept = (memory.Number > 0) & (curvature > LeastCurvature);
            var row = Ops.ExpandDims(memory.Kept % settings.history, 0);
            Value With(Value rows, Value newest) => Ops.Scatter(rows, row, Ops.Where(isKept, Ops.ExpandDims(newest, 0), Ops.Gather(rows, row)));
            return memory with
            {
                Scale = Ops.Where(isKept, curvature / Ops.Sum(Ops.Square(change)), memory.Scale),
                Kept = memory.Kept + Ops.Cast(isKept, DType.Int64),
                Moves = With(memory.Moves, memory.Move),
                Changes = With(memory.Changes, change),
                Inverses = With(memory.Inverses, 1 / curvature),
            };
        }

        /// <summary>-H·g.</summary>
        private Value Direction(Value gradient, Memory memory)
        {
            var rows = settings.history;
            var count = Ops.Minimum(memory.Kept, rows);
            var places = Ops.Arange(graph, rows, DType.Int64);
            Value Row(Value back) => (memory.Kept - 1 - back) % rows;
            // From the newest pair to the oldest, and back.
            var (rest, shares, _) = Ops.While(
                (q, shares, back) => back < count,
                (q, shares, back) =>
                {
                    var row = Row(back);
                    var share = Ops.Sum(Ops.Gather(memory.Moves, row) * q) * Ops.Gather(memory.Inverses, row);
                    return (q - (share * Ops.Gather(memory.Changes, row)), Ops.Where(Ops.Equal(places, row), share, shares), back + 1);
                },
                (-gradient, Ops.ZerosLike(memory.Inverses), graph.Constant(0L)), rows);
            var (direction, _) = Ops.While(
                (d, back) => back >= 0,
                (d, back) =>
                {
                    var row = Row(back);
                    var share = Ops.Sum(Ops.Gather(memory.Changes, row) * d) * Ops.Gather(memory.Inverses, row);
                    return (d + ((Ops.Gather(shares, row) - share) * Ops.Gather(memory.Moves, row)), back - 1);
                },
                (rest * memory.Scale, count - 1), rows);
            return direction;
        }

        private Value Scalar(Value number) => Ops.Cast(number, type);

        private static Value Largest(Value x) => Ops.Max(Ops.Abs(x));

        private static Value Product(Value x, Value y) => Ops.Cast(Ops.Sum(x * y), DType.Float64);

        private Value Vector(IEnumerable<Value> values) => Ops.Concat([.. values.Select(v => Ops.Cast(Ops.Flatten(v), type))]);

        /// <summary>The variables that a vector stands for.</summary>
        private Value[] Parts(Value x)
        {
            Dim from = 0;
            var parts = new Value[variables.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                var count = variables[i].Shape.ElementCount;
                parts[i] = Ops.Cast(Ops.Reshape(Ops.Slice(x, 0, from, count), variables[i].Shape), variables[i].DType);
                from += count;
            }
            return parts;
        }
    }
}
